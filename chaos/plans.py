"""What happens in one round, all of it drawn from its seed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chaos.stack import DISPATCHERS, LEASE_S, WORKERS, Account
from searchjobs.paging import page_size_for
from unipile_client.types import Api

JOBS = 50
CREATED_WITHIN_S = 2.0
MISCHIEF_WITHIN_S = 3.5
STALL_S = 2.5  # longer than a request's deadline, shorter than the lease
SHIFTED_BY, REPEATED = 2, 3  # rows

_CEOS = {
    "keywords": "CEO tech startup",
    "location": ["103644278"],
    "title": "CEO",
    "company_headcount": ["B", "C"],
}
_CRITERIA: tuple[dict[str, Any], ...] = (
    _CEOS,
    {"title": "CTO"},
    {"keywords": "marketing"},
    {"keywords": "founder"},
    {"title": "CFO", "location": ["103644278"]},
    {"title": "CFO", "last_name": "Berg"},  # fewer than most targets
    {"title": "Recruiter", "last_name": "Berg"},
)

_REFUSALS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 429, "retry_after": "1"},
    {"kind": "status", "status": 500, "type": "errors/provider_error"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 504},
    {"kind": "html", "status": 502},
    {"kind": "cut_body"},
    {"kind": "drop"},
    {"kind": "slow", "latency_s": STALL_S},
)
# A cursor that leads back is known from the second page on: the first has none.
_ONCE: tuple[dict[str, Any], ...] = (
    {"kind": "expired_cursor"},
    {"kind": "expired_cursor", "after": 2},
    {"kind": "repeat_cursor", "page": 1},
    {"kind": "repeat_cursor", "page": 2},
    {"kind": "disconnect"},
    {"kind": "disconnect", "after": 3},
)
_SHIFT = {"kind": "shift", "by": SHIFTED_BY}
_REPEAT = {"kind": "repeat_rows", "count": REPEATED}

What = Literal[
    "kill",
    "kill at commit",
    "hold",
    "freeze",
    "crash postgres",
    "flush redis",
    "kill redis",
]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What is done to which process, so many seconds after the round began.

    It is undone after `for_s`, where that means something.
    """

    at_s: float
    what: What
    process: str = ""
    for_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A search to be created. Its page size tells its requests from its account's."""

    account: Account
    criteria: dict[str, Any]
    api: Api
    target: int
    page_size: int
    at_s: float
    key: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`spoilt_percent` is how many of the pages are to go wrong."""

    seed: int
    wishes: list[Wish]
    deeds: list[Deed]
    faults: list[dict[str, Any]]
    latency_s: float
    spoilt_percent: int


def draw(seed: int, accounts: Sequence[Account], *, jobs: int = JOBS) -> Plan:
    dice = random.Random(seed)
    spoilt_percent = dice.randint(1, 20)
    return Plan(
        seed=seed,
        wishes=_wishes(dice, seed, accounts, jobs),
        deeds=sorted(_deeds(dice), key=lambda deed: deed.at_s),
        faults=_faults(dice, accounts, spoilt_percent / 100),
        latency_s=dice.uniform(0.1, 0.4),
        spoilt_percent=spoilt_percent,
    )


def _wishes(
    dice: random.Random, seed: int, accounts: Sequence[Account], jobs: int
) -> list[Wish]:
    taken: set[tuple[str, int]] = set()
    wishes: list[Wish] = []
    for account in itertools.islice(itertools.cycle(accounts), jobs):
        api = account.api
        while True:
            target = dice.randint(20, 240)
            page_size = page_size_for(target, max_page_size=api.max_page_size)
            if (account.unipile_id, page_size) not in taken:
                break
        taken.add((account.unipile_id, page_size))
        wishes.append(
            Wish(
                account=account,
                criteria={"category": "people", **dice.choice(_CRITERIA)},
                api=api,
                target=target,
                page_size=page_size,
                at_s=dice.uniform(0, CREATED_WITHIN_S),
                key=f"chaos {seed} {len(wishes)} {dice.random()}",
            )
        )
    return sorted(wishes, key=lambda wish: wish.at_s)


def _deeds(dice: random.Random) -> list[Deed]:
    def moment() -> float:
        return dice.uniform(0.2, MISCHIEF_WITHIN_S)

    killed, *late = dice.sample([f"worker {number}" for number in range(WORKERS)], k=3)
    how: What = dice.choice(("kill", "kill at commit"))
    deeds = [Deed(at_s=moment(), what=how, process=killed)]
    ways: tuple[What, ...] = ("hold", "freeze")
    for way, worker in zip(ways, late, strict=True):
        for_s = LEASE_S + dice.uniform(0.0, 1.0)
        deeds.append(Deed(at_s=moment(), what=way, process=worker, for_s=for_s))
    if dice.random() < 0.6:
        others = [f"dispatcher {number}" for number in range(DISPATCHERS)]
        other = dice.choice([*others, "web"])
        deeds.append(Deed(at_s=moment(), what="kill", process=other))
    if dice.random() < 0.4:
        deeds.append(Deed(at_s=moment(), what="crash postgres"))
    if dice.random() < 0.5:
        deeds.append(Deed(at_s=moment(), what="flush redis"))
    else:
        for_s = dice.uniform(0, 1)
        deeds.append(Deed(at_s=moment(), what="kill redis", for_s=for_s))
    return deeds


def _faults(
    dice: random.Random, accounts: Sequence[Account], rate: float
) -> list[dict[str, Any]]:
    """Spoil that share of the pages, and take the place or the login of some accounts.

    A place is lost once an account: twice, without anybody new, is a cause to fail. The
    window is moved before rows are repeated, as `judge` takes it.
    """
    kinds = [*_REFUSALS, _REPEAT]
    if dice.random() < 0.5:
        kinds.insert(0, _SHIFT)
    spoiling = [
        {**kind, "times": None, "probability": rate / len(kinds)} for kind in kinds
    ]
    unlucky = dice.sample(list(accounts), k=len(_ONCE))
    once = [
        {"account_id": account.unipile_id, **fault}
        for fault, account in zip(_ONCE, unlucky, strict=True)
    ]
    return [{**fault, "seed": dice.randrange(2**31)} for fault in [*spoiling, *once]]
