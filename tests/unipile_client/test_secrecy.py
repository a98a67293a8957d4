"""Whatever goes wrong, nothing that is shown or reported holds the API key."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

import pytest

from unipile_client import UnipileClient
from unipile_client.errors import UnipileError

KEY = "S3CRET-api-key=="
NAME = "Ada Private"


def client_of(dsn: str) -> UnipileClient:
    return UnipileClient(dsn=dsn, api_key=KEY)


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        UnipileClient(dsn="http://localhost", api_key=key)

    assert not key.strip() or key not in str(caught.value)


def everything_shown(error: BaseException) -> str:
    """Return all that an error reporter would: the chain, each frame's locals."""
    shown = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        shown += [repr(one), str(one), repr(vars(one))]
        shown += [repr(value) for value in locals_of(one.__traceback__)]
        waiting += [one.__cause__, one.__context__]
    return "\n".join([*shown, "".join(traceback.format_exception(error))])


def locals_of(trace: TracebackType | None) -> list[object]:
    """Return the locals of the frames that are the client's, httpx's or below."""
    found: list[object] = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename != __file__:
            found += trace.tb_frame.f_locals.values()
        trace = trace.tb_next
    return found


def echo_the_key(visit: Any) -> None:
    visit.read_request()
    body = json.dumps({"title": f"Wrong key {KEY}", "detail": KEY, "type": KEY})
    visit.answer(body.encode(), status="401 Unauthorized")


def answer_with_people_and_a_bad_cursor(visit: Any) -> None:
    visit.read_request()
    visit.answer(b'{"items": [{"id": "a", "name": "%b"}], "cursor": 5}' % NAME.encode())


def answer_with_people_cut_short(visit: Any) -> None:
    visit.read_request()
    visit.answer(b'{"items": [{"id": "a", "name": "%b"}]' % NAME.encode())


def redirect_away(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 302 Found\r\nlocation: http://e.example\r\n\r\n")


def hang_up(visit: Any) -> None:
    visit.read_request()


def break_off(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{")


def stall(visit: Any) -> None:
    visit.stall()


@pytest.mark.parametrize(
    "script",
    [
        echo_the_key,
        answer_with_people_and_a_bad_cursor,
        answer_with_people_cut_short,
        redirect_away,
        hang_up,
        break_off,
        stall,
    ],
)
def test_no_error_shows_the_key_or_a_person(
    serve: Callable[[Any], str], script: Callable[[Any], None]
) -> None:
    with client_of(dsn="http://" + serve(script)) as client:
        with pytest.raises(UnipileError) as caught:
            client.search(
                account_id="a", body={}, page_size=1, cursor=None, deadline_s=0.3
            )

        shown = everything_shown(caught.value)
        assert KEY not in shown
        assert NAME not in shown


def test_no_repr_shows_the_key() -> None:
    client = client_of("http://localhost")

    assert KEY not in repr(client) + repr(vars(client)) + str(client)
