"""The table: a line per round, then a sum; zeros are what one wants to see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chaos.judge import Findings
from chaos.rounds import Round

_ACTS = {
    "worker": "wrk",
    "dispatcher": "dsp",
    "web": "web",
    "hold": "hld",
    "freeze": "frz",
    "crash postgres": "pg",
    "flush redis": "rds",
    "kill redis": "rds",
}
_FACTS = ("seed", "jobs", "people", "asked", "spoilt", "secs", "wrk", "dsp", "web")
_DEEDS = ("hld", "frz", "pg", "rds")
_COLUMNS = (*_FACTS, *_DEEDS, *Findings().counts())


def head() -> str:
    return _line("round", _COLUMNS)


def line(number: int, played: Round) -> str:
    return _line(number, [_values(played)[name] for name in _COLUMNS])


def total(rounds: Sequence[Round]) -> str:
    added = Counter[str]()
    for played in rounds:
        added.update(_values(played))
    added["seed"] = rounds[0].plan.seed
    return _line("sum", [added[name] for name in _COLUMNS])


def _values(played: Round) -> dict[str, int]:
    done = Counter(
        _ACTS[key]
        for deed in played.plan.deeds
        if (
            key := deed.process.split(" ")[0]
            if "kill" in deed.what and deed.process
            else deed.what
        )
        in _ACTS
    )
    return {
        "seed": played.plan.seed,
        "jobs": len(played.plan.wishes),
        "people": played.people,
        "asked": played.requests,
        "spoilt": played.spoilt,
        "secs": round(played.seconds),
        **{name: done[name] for name in ("wrk", "dsp", "web", *_DEEDS)},
        **played.findings.counts(),
    }


def _line(first: object, values: Sequence[object]) -> str:
    cells = (
        f"{value!s:>{max(len(name), 6)}}"
        for name, value in zip(_COLUMNS, values, strict=True)
    )
    return f"{first!s:>5} " + " ".join(cells)
