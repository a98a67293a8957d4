"""One table of results, or many by hash of their job? Measured.

`python -m bench.partitions [--millions 10]` fills a plain table and tables of 16 and 64
partitions with people who do not exist, runs the project's own statements on each, then
moves the plain table's rows into partitions by `move.sql`, as docs/operations.md says.
"""
