"""python -m unipile_client.sandbox --port N: a local Unipile in the foreground."""

from __future__ import annotations

import argparse
import sys

from unipile_client.sandbox.server import (
    DEFAULT_ACCOUNTS,
    DEFAULT_LATENCY_S,
    MAX_ACCOUNTS,
    listen,
    make_server,
    url_of,
)


def _account_count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MAX_ACCOUNTS:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MAX_ACCOUNTS}")
    return count


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m unipile_client.sandbox",
        description="A local Unipile with 100,000 people who do not exist.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0: a free one")
    parser.add_argument("--accounts", type=_account_count, default=DEFAULT_ACCOUNTS)
    parser.add_argument("--latency-s", type=float, default=DEFAULT_LATENCY_S)
    return parser


def main() -> None:
    """Serve until interrupted. One line on stdout says when it is ready."""
    options = _parser().parse_args()
    listener = listen(options.host, options.port)

    def announce() -> None:
        sys.stdout.write(f"Unipile sandbox on {url_of(listener)}\n")
        sys.stdout.flush()

    make_server(
        accounts=options.accounts, latency_s=options.latency_s, on_ready=announce
    ).run(sockets=[listener])


if __name__ == "__main__":
    main()
