"""`python -m chaos [prove] [--rounds N] [--seed N] [--jobs N]`: see docs/operations.md.

`prove` plays against engines with one part broken on purpose, until it is found.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from chaos import plans, report
from chaos.proof import PROOFS, Proof
from chaos.rounds import Round, play
from chaos.stack import VAR_DIR, Stack, running


def main(argv: list[str]) -> int:
    """Play; 1 where anything was found, or a damage was not."""
    parser = argparse.ArgumentParser(prog="python -m chaos")
    parser.add_argument("what", choices=("run", "prove"), nargs="?", default="run")
    parser.add_argument("--rounds", type=int, default=100, help="at most, to prove")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--jobs", type=int, default=plans.JOBS, help="in each round")
    given = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    with running() as stack, Writer(VAR_DIR / "report.txt") as say:
        game = Game(stack, say, seed=given.seed, jobs=given.jobs)
        say(f"SEED={given.seed}")
        if given.what == "run":
            return 0 if game.run(given.rounds) else 1
        found = [game.prove(one, given.rounds) for one in PROOFS]
        return 0 if all(found) else 1


class Writer:
    """Writes each line to the terminal and into the report."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self, text: str) -> None:
        for stream in (sys.stdout, self._file):
            stream.write(text + "\n")
            stream.flush()


class Game:
    """Rounds on one stack, one seed after the other."""

    def __init__(
        self, stack: Stack, say: Callable[[str], None], *, seed: int, jobs: int
    ) -> None:
        self._stack = stack
        self._say = say
        self._seed = seed
        self._jobs = jobs
        self._accounts = stack.accounts()

    def run(self, rounds: int) -> bool:
        """Play so many rounds; True where all were clean."""
        self._say(report.head())
        played = [self._play(number) for number in range(rounds)]
        self._say(report.total(played))
        return all(one.findings.is_clean for one in played)

    def prove(self, proof: Proof, rounds: int) -> bool:
        """Play with a damaged engine until it is found; False where it never is."""
        self._say(f"\n{proof.damage}: {proof.what}")
        self._say(report.head())
        with proof.done_to(self._stack):
            for number in range(rounds):
                found = self._play(number).findings.counts()
                if any(found[one] for one in proof.shows_as):
                    self._say(f"{proof.damage}: found in round {number + 1}")
                    return True
        self._say(f"{proof.damage}: NOT FOUND in {rounds} rounds")
        return False

    def _play(self, number: int) -> Round:
        plan = plans.draw(self._seed + number, self._accounts, jobs=self._jobs)
        played = play(self._stack, plan)
        self._say(report.line(number + 1, played))
        for note in played.findings.notes[:20]:
            self._say(f"      {note}")
        return played


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
