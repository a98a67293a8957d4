"""What is read of accounts and parameters, however odd they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client import answers
from unipile_client.answers import Truncated
from unipile_client.errors import UnreadableAnswer
from unipile_client.types import Parameter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        ([], "OK"),
        (["OK", "OK"], "OK"),
        (["OK", "CONNECTING"], "CONNECTING"),
        (["CONNECTING", "STOPPED"], "STOPPED"),
        (["ERROR", "STOPPED"], "ERROR"),
        (["ERROR", "PERMISSIONS"], "PERMISSIONS"),
        (["PERMISSIONS", "SOMETHING_NEW"], "SOMETHING_NEW"),
        (["SOMETHING_NEW", "CREDENTIALS", "OK"], "CREDENTIALS"),
        ([None, 5], "OK"),
    ],
)
def test_an_account_is_as_well_as_its_worst_source(
    statuses: list[Any], worst: str
) -> None:
    body = {"id": "a", "sources": [{"status": status} for status in statuses]}

    assert answers.read_account(json.dumps(body).encode()).status == worst


@given(
    item=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("name", "type", "sources", "connection_params", "groups"), JSON
        ),
    )
)
def test_any_account_with_an_id_is_read(item: dict[str, Any]) -> None:
    body = json.dumps({"items": [item | {"id": "a"}, {"id": None}, item, 5]}).encode()

    assert [account.id for account in answers.read_accounts(body).items] == ["a"]


@pytest.mark.parametrize(
    "im", [None, [], {"premiumFeatures": "recruiter"}, {"premiumFeatures": [5, None]}]
)
def test_odd_features_are_none(im: object) -> None:
    body = json.dumps({"id": "a", "connection_params": {"im": im}}).encode()

    assert answers.read_account(body).premium_features == ()


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"id": 5}', b"1,2", b"<p>"])
def test_an_account_without_an_id_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        answers.read_account(body)


def test_a_cut_account_is_told_apart() -> None:
    with pytest.raises(Truncated):
        answers.read_account(b'{"id": "a')


def test_parameters_without_id_or_title_are_left_out() -> None:
    items = [None, {"id": "1"}, {"title": "x"}, {"id": "2", "title": "Lyon"}, {"id": 3}]
    body = json.dumps({"items": items}).encode()

    assert answers.read_parameters(body) == (Parameter("2", "Lyon"),)
