"""An order that changes while somebody pages, as a client sees it."""

from __future__ import annotations

from tests.unipile_client.sandbox.asking import ANNA, DILAN, Unipile, sales
from unipile_client.sandbox.server import SandboxServer

# 534 people: 5 full pages of 100, and one of 34.
SMALL = sales(school={"include": ["15084"]})


def dial(sandbox: SandboxServer, *, count: int, times: int | None = None) -> None:
    sandbox.put_faults([{"kind": "drift", "count": count, "times": times}])


def test_people_move_and_nobody_comes_or_goes(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    dial(sandbox, count=20, times=1)
    found = unipile.ids(SMALL)
    assert found != sandbox.answer(SMALL)
    assert sorted(found) == sorted(sandbox.answer(SMALL))


def test_whoever_comes_twice_hides_somebody_else(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    dial(sandbox, count=20)
    found = unipile.ids(SMALL)
    assert len(found) == 534
    assert 0.9 * 534 < len(set(found)) < 534


def test_the_order_stays_where_it_drifted_until_the_sandbox_is_reset(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    dial(sandbox, count=5, times=1)
    drifted = unipile.ids(SMALL)
    sandbox.put_faults([])
    assert unipile.ids(SMALL) == drifted
    sandbox.reset()
    assert unipile.ids(SMALL) == sandbox.answer(SMALL)


def test_the_same_seed_drifts_the_same_way(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    dial(sandbox, count=5)
    first = unipile.ids(SMALL)
    sandbox.reset()
    dial(sandbox, count=5)
    assert unipile.ids(SMALL) == first


def test_the_order_of_another_account_and_another_search_keeps_still(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "drift", "count": 50, "account_id": ANNA}])
    unipile.page(SMALL)
    assert unipile.ids(SMALL, DILAN) == sandbox.answer(SMALL)
    other = sales(keywords="CEO", school={"include": ["15084"]})
    assert unipile.ids(other) == sandbox.answer(other)


def test_an_empty_answer_cannot_drift(unipile: Unipile, sandbox: SandboxServer) -> None:
    dial(sandbox, count=3)
    nobody = sales(keywords="zzzz no such words anywhere")
    assert unipile.ids(nobody) == []
