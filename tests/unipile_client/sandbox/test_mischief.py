"""What faults do to pages, as a client sees it."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest

from tests.unipile_client.sandbox.asking import ANNA, EXAMPLE, Body, Unipile, sales
from unipile_client.sandbox.faults import Fault
from unipile_client.sandbox.mischief import EDITS
from unipile_client.sandbox.server import SandboxServer

# 534 people: 5 full pages of 100, and one of 34.
SMALL = sales(school={"include": ["15084"]})


def ids(page: Body) -> list[str]:
    return [row["id"] for row in page["items"]]


def start_of(cursor: str) -> int:
    start: int = json.loads(base64.b64decode(cursor))["start"]
    return start


def first_two(unipile: Unipile) -> tuple[Body, Body]:
    first = unipile.page(SMALL, limit=100)
    return first, unipile.page(SMALL, limit=100, cursor=first["cursor"])


def walked(unipile: Unipile) -> list[str]:
    return unipile.ids(SMALL)


def test_repeated_rows_come_again_and_nobody_is_lost(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "repeat_rows", "count": 3, "page": 1}])

    first, second = first_two(unipile)

    assert ids(second)[:3] == ids(first)[-3:]
    assert len(ids(second)) == 103


def test_repeated_rows_on_every_page_leave_the_answer_whole(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "repeat_rows", "count": 7, "times": None}])

    found = walked(unipile)

    assert len(found) == 534 + 5 * 7
    assert list(dict.fromkeys(found)) == sandbox.answer(SMALL)


def test_a_shift_repeats_rows_at_the_seam(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "shift", "by": 5, "page": 1}])

    first, second = first_two(unipile)

    assert ids(second)[:5] == ids(first)[-5:]
    assert len(ids(second)) == 100


def test_a_shift_forward_misses_rows(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "shift", "by": -5, "page": 1}])

    _, second = first_two(unipile)

    assert ids(second) == sandbox.answer(SMALL)[105:205]


def test_a_repeated_cursor_leads_to_the_same_page(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "repeat_cursor", "page": 1}])

    first, second = first_two(unipile)

    assert second["cursor"] == first["cursor"]


def test_a_repeated_cursor_on_the_first_page_leads_back_to_it(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "repeat_cursor"}])

    first, second = first_two(unipile)

    assert ids(first) == ids(second)


def test_an_empty_page_goes_on_behind_itself(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "empty_page", "page": 1}])

    _, second = first_two(unipile)

    assert second["items"] == []
    assert start_of(second["cursor"]) == 200
    assert second["paging"]["total_count"] == 534


def test_an_empty_end_ends(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "empty_end", "page": 1}])

    _, second = first_two(unipile)

    assert second["items"] == []
    assert second["cursor"] is None


def test_an_early_end_gives_its_rows_and_no_cursor(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "early_end", "page": 1}])

    _, second = first_two(unipile)

    assert len(second["items"]) == 100
    assert second["cursor"] is None


def test_a_trailing_cursor_leads_to_an_empty_page(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "trailing_cursor"}])

    pages = list(unipile.pages(SMALL))

    assert [len(page["items"]) for page in pages] == [100] * 5 + [34, 0]
    assert pages[-1]["cursor"] is None


@pytest.mark.parametrize("body", [SMALL, EXAMPLE])
def test_a_trailing_cursor_never_ends_where_it_is_dialled_for_ever(
    body: Body, unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "trailing_cursor", "times": None}])
    size = len(sandbox.answer(body))
    tail = {"account_id": ANNA, "limit": 100, "start": size, "params": body}
    cursor = base64.b64encode(json.dumps(tail).encode()).decode()

    page = unipile.page(body, cursor=cursor)

    assert page["items"] == []
    assert start_of(page["cursor"]) == size


def test_some_rows_have_no_id(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "missing_id", "count": 4}])

    items = unipile.page(SMALL, limit=100)["items"]

    assert ["id" in row for row in items] == [False] * 4 + [True] * 96


def test_a_row_without_id_is_otherwise_whole(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    whole = unipile.page(SMALL)["items"][0]
    sandbox.put_faults([{"kind": "missing_id"}])

    assert unipile.page(SMALL)["items"][0] == {
        key: value for key, value in whole.items() if key != "id"
    }


def test_some_people_have_no_name(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "null_name", "count": 2}])

    items = unipile.page(SMALL)["items"]

    assert [row["name"] is None for row in items] == [True] * 2 + [False] * 8
    assert items[0]["first_name"] is None
    assert items[0]["id"]


def test_the_next_answer_has_its_ids_again(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    whole = unipile.page(SMALL)
    sandbox.put_faults([{"kind": "missing_id", "count": 10}])
    unipile.page(SMALL)

    assert unipile.page(SMALL) == whole


def test_the_total_may_be_untold(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "no_total"}])

    assert "total_count" not in unipile.page(SMALL)["paging"]


def test_the_total_may_be_wrong(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "wrong_total", "total": 9}])

    assert unipile.page(SMALL)["paging"]["total_count"] == 9


def test_faults_add_up(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "early_end"}, {"kind": "no_total"}])

    page: dict[str, Any] = unipile.page(SMALL)

    assert page["cursor"] is None
    assert "total_count" not in page["paging"]


def test_without_faults_nothing_repeats_and_nothing_drifts(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    assert walked(unipile) == sandbox.answer(SMALL)


def test_every_edit_is_a_fault_that_can_be_dialled() -> None:
    assert all(msgspec.convert({"kind": kind}, Fault) for kind in EDITS)
