"""A round can be played again from its seed."""

from __future__ import annotations

import pytest

from chaos.plans import JOBS, draw
from chaos.stack import ACCOUNTS, LEASE_S, Account
from unipile_client.types import Api

SEEDS = range(20)


def accounts() -> list[Account]:
    return [
        Account(
            id=f"id {number}",
            unipile_id=f"unipile {number}",
            api=Api.CLASSIC if number == 1 else Api.SALES_NAVIGATOR,
        )
        for number in range(ACCOUNTS)
    ]


def test_a_seed_means_one_round() -> None:
    assert draw(7, accounts()) == draw(7, accounts())
    assert draw(7, accounts()) != draw(8, accounts())


@pytest.mark.parametrize("seed", SEEDS)
def test_fifty_searches_on_twenty_accounts_are_told_apart_by_page_size(
    seed: int,
) -> None:
    wishes = draw(seed, accounts()).wishes
    assert len({(one.account.unipile_id, one.page_size) for one in wishes}) == JOBS
    assert len({one.account.unipile_id for one in wishes}) == ACCOUNTS
    assert len({one.key for one in wishes}) == JOBS


@pytest.mark.parametrize("seed", SEEDS)
def test_up_to_a_fifth_of_the_pages_is_spoilt(seed: int) -> None:
    plan = draw(seed, accounts())
    lasting = [fault for fault in plan.faults if fault.get("times", 1) is None]
    rate = sum(fault["probability"] for fault in lasting)
    assert rate == pytest.approx(plan.spoilt_percent / 100)
    assert 0.01 <= rate <= 0.2 + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_two_workers_outlive_their_leases_and_one_is_killed(seed: int) -> None:
    deeds = {
        deed.what: deed
        for deed in draw(seed, accounts()).deeds
        if deed.process.startswith("worker")
    }
    late = [deeds["freeze"], deeds["hold"]]
    assert all(deed.for_s > LEASE_S for deed in late)
    killed = deeds.get("kill at commit") or deeds["kill"]
    assert len({killed.process, *(deed.process for deed in late)}) == 3
