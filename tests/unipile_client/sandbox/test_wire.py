"""The sandbox's answers against examples written after Unipile's documentation.

The examples are what the client is tested with: both sides agree on them, or
one of them is wrong.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unipile_client.sandbox.asking import (
    ANNA,
    BEN,
    CHIARA,
    EXAMPLE,
    EXAMPLE_ON_CLASSIC,
    Unipile,
    recruiter,
)
from unipile_client.sandbox.problems import Problem
from unipile_client.sandbox.server import SandboxServer

WIRE = Path(__file__).parent.parent / "wire"

SEARCHES = {
    "search_classic": (EXAMPLE_ON_CLASSIC, BEN),
    "search_sales_navigator": (EXAMPLE, ANNA),
    "search_recruiter": (recruiter(keywords="ceo"), CHIARA),
}
REQUESTS = ["classic", "sales_navigator", "recruiter", "url", "cursor_in_body"]


def example(name: str) -> Any:
    return json.loads((WIRE / f"{name}.json").read_text())


def kind_of(value: object) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__


def kinds(values: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return for each key the kinds of values it is seen with."""
    found: dict[str, set[str]] = {}
    for value in values:
        for key, each in value.items():
            found.setdefault(key, set()).add(kind_of(each))
    return found


def assert_like(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    """Hold that keys we have are keys of theirs, and of the same kind, or null."""
    documented = kinds(theirs)
    for key, seen in kinds(ours).items():
        assert key in documented, key
        concrete = documented[key] - {"NoneType"}
        assert not concrete or seen - {"NoneType"} <= concrete, key


def parts(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return [part for row in rows for part in row.get(key, [])]


@pytest.mark.parametrize("name", SEARCHES)
def test_a_page_has_the_examples_frame(name: str, unipile: Unipile) -> None:
    body, account = SEARCHES[name]

    page = unipile.page(body, account, limit=100)

    assert page.keys() == example(name).keys()
    assert_like([page], [example(name)])
    assert_like([page["paging"]], [example(name)["paging"]])


@pytest.mark.parametrize("name", SEARCHES)
def test_rows_have_keys_and_kinds_of_the_example(name: str, unipile: Unipile) -> None:
    body, account = SEARCHES[name]

    rows = unipile.page(body, account, limit=100)["items"]

    assert_like(rows, example(name)["items"])


@pytest.mark.parametrize("name", SEARCHES)
def test_rows_have_every_key_that_all_rows_of_the_example_have(
    name: str, unipile: Unipile
) -> None:
    body, account = SEARCHES[name]
    theirs = [set(row) for row in example(name)["items"]]

    rows = unipile.page(body, account, limit=100)["items"]

    assert all(set.intersection(*theirs) <= set(row) for row in rows)


@pytest.mark.parametrize("name", ["search_sales_navigator", "search_recruiter"])
@pytest.mark.parametrize("key", ["current_positions", "education", "skills"])
def test_parts_of_rows_are_like_the_examples(
    name: str, key: str, unipile: Unipile
) -> None:
    body, account = SEARCHES[name]

    rows = unipile.page(body, account, limit=100)["items"]

    assert_like(parts(rows, key), parts(example(name)["items"], key))


def test_an_empty_page_is_like_the_example(unipile: Unipile) -> None:
    body = {**EXAMPLE, "school": {"include": ["15091"]}}

    page = unipile.page(body, limit=100)

    assert page["items"] == example("search_empty")["items"]
    assert page["paging"] == example("search_empty")["paging"]
    assert page["cursor"] is None


def test_accounts_are_like_the_examples(unipile: Unipile) -> None:
    ours, theirs = unipile.get("/accounts").json(), example("accounts")

    assert ours.keys() == theirs.keys()
    assert_like(ours["items"], theirs["items"])
    assert_like(
        [item["connection_params"]["im"] for item in ours["items"]],
        [example("account")["connection_params"]["im"]],
    )


def test_parameters_are_like_the_example(unipile: Unipile) -> None:
    answer = unipile.get(
        "/linkedin/search/parameters", account_id=ANNA, type="INDUSTRY", keywords="tech"
    )
    ours, theirs = answer.json(), example("parameters")

    assert ours.keys() == theirs.keys()
    assert_like(ours["items"], theirs["items"])


@pytest.mark.parametrize("name", REQUESTS)
def test_the_examples_requests_are_understood(name: str, unipile: Unipile) -> None:
    request = example(f"request_{name}")
    text = json.dumps(request["body"]).replace(request["query"]["account_id"], CHIARA)
    if name == "cursor_in_body":
        cursor = unipile.page(EXAMPLE, CHIARA)["cursor"]
        text = json.dumps({"cursor": cursor})

    answer = unipile.http.request(
        request["method"],
        request["path"],
        params=request["query"] | {"account_id": CHIARA},
        json=json.loads(text),
    )

    assert answer.status_code == 200, answer.text


def test_the_examples_parameters_request_is_understood(unipile: Unipile) -> None:
    request = example("request_parameters")

    answer = unipile.http.request(
        request["method"],
        request["path"],
        params=request["query"] | {"account_id": CHIARA},
    )

    assert answer.json()["items"]


def test_webhooks_are_made_listed_and_deleted_like_the_examples(
    unipile: Unipile,
) -> None:
    request = example("request_create_webhook")
    made = unipile.http.post(request["path"], json=request["body"]).json()
    ours, theirs = unipile.get("/webhooks", limit=250).json(), example("webhooks")
    path = f"/api/v1/webhooks/{made['webhook_id']}"
    gone = unipile.http.delete(path).json()

    assert made.keys() == example("webhook_created").keys()
    assert ours.keys() == theirs.keys()
    assert_like(ours["items"], theirs["items"])
    assert ours["items"][0]["headers"] == theirs["items"][0]["headers"]
    assert gone == example("webhook_deleted")
    assert unipile.get("/webhooks").json()["items"] == []


@pytest.mark.parametrize("kind", example("errors"))
def test_refusals_are_worded_like_the_examples(
    kind: str, unipile: Unipile, sandbox: SandboxServer
) -> None:
    theirs = example("errors")[kind]
    fault = {"kind": "status", "status": theirs["status"], "type": theirs["type"]}
    sandbox.put_faults([fault])

    ours = unipile.search(EXAMPLE).json()

    assert ours["status"] == theirs["status"]
    assert ours["type"] == theirs["type"]
    assert ours["title"] == theirs["title"]


def test_a_detail_can_be_given() -> None:
    body = Problem(404, "resource_not_found", detail="No such account.").body()

    assert body == {
        "status": 404,
        "type": "errors/resource_not_found",
        "title": "Resource not found",
        "detail": "No such account.",
    }
