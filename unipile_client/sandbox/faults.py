"""Faults as data: what goes wrong, for whom, when, and how often.

A fault fires on the requests it matches, after `after` of them, `times` times
(null: for ever), each with `probability`. Several may fire on one request: the
first that refuses decides the answer, all others apply as well.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

import msgspec

Endpoint = Literal["search", "accounts", "users", "parameters", "webhooks", "hosted"]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault as dialled.

    Whom it hits: `endpoint`, `account_id`, `page` (0-based: start ÷ limit).
    status: `status`, `type`, `title`, `detail`, `retry_after` (seconds or a date).
    html: `status`, 502 unless given.   slow: `latency_s` before the answer.
    drip: a byte each `interval_s`.   shift: the window moves back by `by` rows (some
    come twice), or forward where it is negative (some are missed).
    drift: `count` people move elsewhere in the order, by `seed`, and stay there.
    repeat_rows, missing_id, null_name: `count` rows.   wrong_total: `total`.
    """

    kind: Literal[
        "status",
        "html",
        "expired_cursor",
        "disconnect",
        "slow",
        "stall",
        "drop",
        "cut_body",
        "drip",
        "repeat_rows",
        "shift",
        "drift",
        "repeat_cursor",
        "empty_page",
        "empty_end",
        "trailing_cursor",
        "early_end",
        "missing_id",
        "null_name",
        "no_total",
        "wrong_total",
    ]
    endpoint: Endpoint = "search"
    account_id: str | None = None
    page: int | None = None
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    status: int | None = None
    type: str | None = None
    title: str | None = None
    detail: str | None = None
    retry_after: int | str | None = None
    latency_s: float = 1.0
    interval_s: float = 0.01
    count: int = 1
    by: int = 1
    total: int = 0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What of a request decides whether a fault hits it; searches have a start."""

    endpoint: Endpoint
    account_id: str | None
    start: int = 0
    limit: int = 0
    has_cursor: bool = False
    is_last_page: bool = False


class _Dial:
    """A fault and how often it matched and fired."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.matched = 0
        self.fired = 0
        self._rng = random.Random(fault.seed)

    def takes(self, asked: Asked) -> bool:
        fault = self.fault
        if not _matches(fault, asked):
            return False
        self.matched += 1
        if self.matched <= fault.after:
            return False
        if fault.times is not None and self.fired >= fault.times:
            return False
        if self._rng.random() >= fault.probability:
            return False
        self.fired += 1
        return True


def _matches(fault: Fault, asked: Asked) -> bool:
    if fault.endpoint != asked.endpoint:
        return False
    if fault.account_id not in (None, asked.account_id):
        return False
    if fault.page is not None and fault.page != asked.start // max(asked.limit, 1):
        return False
    match fault.kind:
        case "expired_cursor":
            return asked.has_cursor
        case "repeat_rows" | "shift":
            return asked.start > 0
        case "trailing_cursor":
            return asked.is_last_page and asked.limit > 0
        case "early_end":
            return not asked.is_last_page
    return True


class Faults:
    """The faults now dialled, in order."""

    def __init__(self) -> None:
        self._dials: list[_Dial] = []

    def dial(self, faults: list[Fault]) -> None:
        """Replace all faults; counting begins anew."""
        self._dials = [_Dial(fault) for fault in faults]

    def take(self, asked: Asked) -> list[Fault]:
        """Return the faults that fire on this request, and count them."""
        return [dial.fault for dial in self._dials if dial.takes(asked)]

    def show(self) -> list[dict[str, object]]:
        """Return each fault with `matched` and `fired`."""
        return [
            msgspec.to_builtins(dial.fault)
            | {"matched": dial.matched, "fired": dial.fired}
            for dial in self._dials
        ]
