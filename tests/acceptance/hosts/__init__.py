"""Several machines, shown in network namespaces: `make hosts`.

`python -m tests.acceptance.hosts` moves into a network of its own, which holds
PostgreSQL, Valkey and the sandbox, and runs `several_machines.py` there; each machine
is one more namespace, at the other end of a wire. Linux, `unshare` and `ip` are needed,
root is not. Nothing outlives it: namespaces end with their last process.
"""
