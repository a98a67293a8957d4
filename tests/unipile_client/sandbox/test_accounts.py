"""GET /accounts, and the logins behind it."""

from __future__ import annotations

import re

import pytest

from tests.unipile_client.sandbox.asking import ANNA, BEN, CHIARA, Unipile, refusal
from unipile_client.sandbox.accounts import Accounts, account_id
from unipile_client.sandbox.problems import Problem
from unipile_client.sandbox.server import SandboxServer


def test_eight_logins_are_connected(unipile: Unipile) -> None:
    listed = unipile.get("/accounts").json()

    assert listed["object"] == "AccountList"
    assert len(listed["items"]) == 8
    assert listed["cursor"] is None


def test_the_first_three_are_known(unipile: Unipile) -> None:
    known = {
        item["name"]: item["connection_params"]["im"]["premiumFeatures"]
        for item in unipile.get("/accounts", limit=3).json()["items"]
    }

    assert known == {
        "Anna Berg": ["sales_navigator"],
        "Ben Okafor": [],
        "Chiara Ricci": ["recruiter", "sales_navigator"],
    }


def test_the_list_is_read_page_by_page(unipile: Unipile) -> None:
    ids: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = unipile.get("/accounts", **query).json()
        ids += [item["id"] for item in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break

    assert ids == [account_id(number) for number in range(8)]


@pytest.mark.parametrize(
    ("limit", "kind"),
    [(0, "invalid_parameters"), ("x", "invalid_parameters"), (251, "limit_too_high")],
)
def test_a_wrong_limit_is_refused(
    limit: int | str, kind: str, unipile: Unipile
) -> None:
    assert refusal(unipile.get("/accounts", limit=limit)) == (400, kind)


def test_a_wrong_cursor_is_refused(unipile: Unipile) -> None:
    answer = unipile.get("/accounts", cursor="x")

    assert refusal(answer) == (400, "invalid_parameters")


def test_one_login_is_shown_as_in_the_list(unipile: Unipile) -> None:
    listed = unipile.get("/accounts").json()["items"][2]

    assert unipile.get(f"/accounts/{CHIARA}").json() == listed


def test_an_unknown_login_is_not_found(unipile: Unipile) -> None:
    assert refusal(unipile.get("/accounts/nobody")) == (404, "resource_not_found")


def test_a_lost_login_is_shown_with_its_status(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.set_account_status(BEN, "CREDENTIALS")

    assert unipile.get(f"/accounts/{BEN}").json()["sources"] == [
        {"id": f"{BEN}_MESSAGING", "status": "CREDENTIALS"}
    ]


def test_a_deleted_login_is_gone(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.set_account_status(BEN, "DELETED")

    assert unipile.get(f"/accounts/{BEN}").status_code == 404
    assert BEN not in [i["id"] for i in unipile.get("/accounts").json()["items"]]


def test_a_deleted_login_can_come_back(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.set_account_status(BEN, "DELETED")
    sandbox.set_account_status(BEN, "OK")

    assert unipile.get(f"/accounts/{BEN}").status_code == 200


def test_a_subscription_can_end(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.set_premium_features(ANNA, [])

    shown = unipile.get(f"/accounts/{ANNA}").json()
    assert shown["connection_params"]["im"]["premiumFeatures"] == []


def test_ids_look_like_unipiles() -> None:
    assert all(re.fullmatch(r"[\w-]{22}", account_id(number)) for number in range(500))


def test_there_can_be_many_each_with_its_own_id_and_name() -> None:
    accounts = Accounts(500).all()

    assert len({account.id for account in accounts}) == 500
    assert len({account.name for account in accounts}) == 500


def test_the_many_have_sales_navigator() -> None:
    assert {
        "sales_navigator" in account.premium_features
        for account in Accounts(30).all()[8:]
    } == {True}


@pytest.mark.parametrize(("status", "features"), [("FINE", None), (None, ["classic"])])
def test_only_real_words_can_be_set(
    status: str | None, features: list[str] | None
) -> None:
    with pytest.raises(Problem) as refused:
        Accounts(1).change(ANNA, status=status, features=features)

    assert refused.value.status == 400


def test_nobody_cannot_be_changed() -> None:
    with pytest.raises(Problem) as refused:
        Accounts(1).change("nobody", status="OK", features=None)

    assert refused.value.status == 404
