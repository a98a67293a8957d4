"""Each refusal that Unipile documents, and the odd ones, as the error it becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client.errors import (
    ADVICE,
    BackOff,
    BadRequest,
    CommercialUseLimit,
    GiveUp,
    NeedsPerson,
    ProviderDown,
    RateLimited,
    ServerError,
    UnipileError,
)
from unipile_client.problems import LONGEST_WAIT_S, error_of, parse_retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

DOCUMENTED = [
    (
        400,
        "invalid_parameters malformed_request content_too_large invalid_url "
        "too_many_characters unescaped_characters missing_parameters limit_too_high",
        BadRequest,
        "unipile_bad_request",
    ),
    (
        401,
        "missing_credentials insufficient_privileges",
        GiveUp,
        "unipile_unauthorized",
    ),
    (
        401,
        "multiple_sessions invalid_checkpoint_solution checkpoint_error "
        "invalid_credentials expired_credentials disconnected_account "
        "disconnected_feature invalid_credentials_but_valid_account_imap expired_link "
        "wrong_account captcha_not_supported invalid_proxy_credentials",
        NeedsPerson,
        "account_disconnected",
    ),
    (403, "account_restricted action_required", NeedsPerson, "account_restricted"),
    (
        403,
        "session_mismatch unknown_authentication_context",
        NeedsPerson,
        "account_disconnected",
    ),
    (
        403,
        "feature_not_subscribed subscription_required",
        GiveUp,
        "feature_not_subscribed",
    ),
    (
        403,
        "insufficient_permissions account_mismatch resource_access_restricted",
        GiveUp,
        "unipile_forbidden",
    ),
    (
        404,
        "resource_not_found invalid_resource_identifier",
        GiveUp,
        "unipile_not_found",
    ),
    (408, "request_timeout", ProviderDown, "provider_down"),
    (415, "unsupported_media_type", GiveUp, "unipile_refused"),
    (
        422,
        "invalid_account unprocessable_entity limit_exceeded",
        GiveUp,
        "unipile_unprocessable",
    ),
    (425, "auth_in_progress", BackOff, "sign_in_under_way"),
    (429, "too_many_requests", RateLimited, "rate_limited"),
    (
        500,
        "unexpected_error provider_error authentication_intent_error",
        ServerError,
        "unipile_server_error",
    ),
    (501, "feature_not_implemented", GiveUp, "unipile_not_implemented"),
    (
        503,
        "no_client_session no_channel no_handler network_down service_unavailable",
        ProviderDown,
        "provider_down",
    ),
    (504, "request_timeout", ProviderDown, "provider_down"),
]
UNTYPED = [
    (300, GiveUp, "unipile_refused"),
    (304, GiveUp, "unipile_refused"),
    (400, BadRequest, "unipile_bad_request"),
    (401, GiveUp, "unipile_unauthorized"),
    (403, GiveUp, "unipile_forbidden"),
    (404, GiveUp, "unipile_not_found"),
    (408, ProviderDown, "provider_down"),
    (418, GiveUp, "unipile_refused"),
    (425, BackOff, "sign_in_under_way"),
    (429, RateLimited, "rate_limited"),
    (451, GiveUp, "unipile_refused"),
    (500, ServerError, "unipile_server_error"),
    (501, GiveUp, "unipile_not_implemented"),
    (502, ProviderDown, "provider_down"),
    (507, ProviderDown, "provider_down"),
    (520, ProviderDown, "provider_down"),
    (599, ProviderDown, "provider_down"),
]


def error(
    status: int, body: object = b"", headers: dict[str, str] | None = None
) -> UnipileError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_of(status, raw, headers or {}, blot=lambda text: text)


@pytest.mark.parametrize(
    ("status", "type", "kind", "code"),
    [
        (status, type, kind, code)
        for status, types, kind, code in DOCUMENTED
        for type in types.split()
    ],
)
def test_each_documented_refusal_has_its_error(
    status: int, type: str, kind: type[UnipileError], code: str
) -> None:
    found = error(status, {"status": status, "type": f"errors/{type}", "title": "T"})

    assert (found.__class__, found.code) == (kind, code)


@pytest.mark.parametrize(("status", "kind", "code"), UNTYPED)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Bad gateway</html>", b"[]", b"null", b"{", b'{"type": 5}', b"\xff"],
)
def test_without_a_type_the_status_decides(
    status: int, kind: type[UnipileError], code: str, body: bytes
) -> None:
    found = error(status, body)

    assert (found.__class__, found.code, found.type) == (kind, code, None)


def test_every_wire_example_is_an_error_with_its_own_words(
    wire: Callable[[str], Any],
) -> None:
    for name, body in wire("errors").items():
        found = error(body["status"], body)

        assert found.type == f"errors/{name}"
        assert (found.title, found.detail) == (body["title"], body.get("detail"))
        assert str(found).startswith(f"Unipile API error: {body['status']} ")
        assert found.advice == ADVICE[found.code]


@pytest.mark.parametrize(
    ("type", "status"),
    [
        ("account_restricted", "restricted"),
        ("action_required", "restricted"),
        ("session_mismatch", "credentials"),
        ("unknown_authentication_context", "credentials"),
    ],
)
def test_a_403_of_the_account_says_what_the_account_becomes(
    type: str, status: str
) -> None:
    found = error(403, {"type": f"errors/{type}"})

    assert isinstance(found, NeedsPerson)
    assert found.account_status == status


def test_a_401_of_a_type_not_known_yet_is_the_accounts() -> None:
    found = error(401, {"type": "errors/something_new"})

    assert isinstance(found, NeedsPerson)
    assert found.account_status == "credentials"


def test_the_types_prefix_does_not_matter() -> None:
    assert isinstance(error(401, {"type": "api/missing_credentials"}), GiveUp)


# LinkedIn's own limits, in disguise


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
@pytest.mark.parametrize("field", ["title", "detail"])
@pytest.mark.parametrize(
    "words",
    [
        "You reached the Commercial Use Limit for search",
        "You've reached the monthly limit for profile searches.",
    ],
)
def test_the_commercial_use_limit_is_known_whatever_its_status(
    status: int, field: str, words: str
) -> None:
    found = error(status, {"type": "errors/disconnected_account", field: words})

    assert isinstance(found, CommercialUseLimit)
    assert found.code == "commercial_use_limit"


def test_the_commercial_use_limit_obeys_retry_after() -> None:
    found = error(429, {"title": "commercial use limit"}, {"retry-after": "60"})

    assert found.retry_after_s == 60


@pytest.mark.parametrize(
    "words",
    [
        "Results beyond 1,000 cannot be viewed",
        "LinkedIn only shows the first 2500 results of a search.",
        "The search returned more than 1000 results",
        "You can view up to 2,500 leads",
        "2,500 results limit",
        "Search results limit reached",
        "The result limit has been exceeded.",
        "The page is out of range",
        "Offset too high",
        "start is beyond the last page",
        "Cannot display any more results for this search",
    ],
)
@pytest.mark.parametrize("status", [400, 401, 422, 429, 500, 503])
def test_a_ceiling_is_known_by_its_words_and_its_kind_stays(
    status: int, words: str
) -> None:
    found = error(status, {"type": "errors/unexpected_error", "detail": words})
    plain = error(status, {"type": "errors/unexpected_error"})

    assert found.says_ceiling
    assert (found.__class__, found.code) == (plain.__class__, plain.code)


@pytest.mark.parametrize(
    "words",
    [
        "The provider cannot accept any more requests at the moment",
        "Please try again later.",
        "Rate limit exceeded for this search",
        "Daily search limit reached",
        "Search limit reached, slow down",
        "The limit must not exceed 100.",
        "LinkedIn limits multiple sessions for this account.",
        "The account appears to be disconnected from the provider service.",
        "cursor: has expired",
        "No client session is currently running.",
        "",
    ],
)
def test_other_words_are_no_ceiling(words: str) -> None:
    assert not error(429, {"title": "Too many requests", "detail": words}).says_ceiling
    assert not error(500, {"detail": words}).says_ceiling


def test_no_documented_refusal_is_a_limit_in_disguise(
    wire: Callable[[str], Any],
) -> None:
    for name, body in wire("errors").items():
        found = error(body["status"], body)

        assert not found.says_ceiling, name
        assert found.code != "commercial_use_limit", name


def test_the_message_carries_unipiles_own_words() -> None:
    found = error(422, {"title": "Unprocessable entity", "detail": "No such thing."})

    assert str(found) == "Unipile API error: 422 Unprocessable entity: No such thing."


def test_the_message_without_a_body_is_the_status_alone() -> None:
    assert str(error(401)) == "Unipile API error: 401"


def test_the_message_is_one_line_that_postgresql_can_store() -> None:
    found = error(400, b'{"title": "a\\u0000b\\nc\\ud800d", "detail": "' + b"x" * 999)
    whole = error(400, b'{"title": "a\\u0000b\\nc\\ud800d"}')

    assert str(found) == "Unipile API error: 400"
    assert str(whole) == "Unipile API error: 400 a\ufffdb c\ufffdd"


def test_a_long_story_is_cut() -> None:
    assert len(str(error(500, {"detail": "x" * 100_000}))) < 400


def test_the_secret_is_blotted_out_of_what_the_server_echoes() -> None:
    body = json.dumps({"title": "bad S3CRET", "detail": "S3CRET"}).encode()

    found = error_of(
        401, body, {}, blot=lambda text: text.replace("S3CRET", "[hidden]")
    )

    assert "S3CRET" not in str(found) + repr(found)


def test_retry_after_is_read_from_any_refusal() -> None:
    for status in (401, 429, 500, 503):
        assert error(status, b"", {"retry-after": "7"}).retry_after_s == 7


def test_a_retry_after_date_is_compared_with_the_servers_own_clock() -> None:
    headers = {
        "date": "Wed, 01 Jan 2020 00:00:00 GMT",
        "retry-after": "Wed, 01 Jan 2020 00:00:30 GMT",
    }

    assert error(503, b"", headers).retry_after_s == 30


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("1.5", 1.5),
        ("9" * 200, LONGEST_WAIT_S),
        ("86401", LONGEST_WAIT_S),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("٣", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Monday, 23-Nov-26 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2099 11:00:00 GMT", LONGEST_WAIT_S),
        ("Mon, 99 Nov 2026 12:00:30 GMT", None),
        ("Mon, 23 Nov 99999999999 12:00:30 GMT", None),
    ],
)
def test_retry_after_in_all_its_forms(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, now=NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_anything(value: str) -> None:
    wait_s = parse_retry_after(value, now=NOW)

    assert wait_s is None or 0 <= wait_s <= LONGEST_WAIT_S


@given(st.integers(min_value=0, max_value=80_000))
def test_a_date_means_the_same_as_its_seconds(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert parse_retry_after(date, now=NOW) == seconds


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(
    status=st.integers(min_value=300, max_value=599),
    body=st.binary() | st.builds(lambda found: json.dumps(found).encode(), JSON),
)
def test_any_body_of_any_refusal_becomes_one_of_our_errors(
    status: int, body: bytes
) -> None:
    found = error(status, body)

    assert found.status == status
    assert found.advice


@given(
    status=st.sampled_from([400, 401, 403, 404, 422, 429, 500, 503]),
    fields=st.fixed_dictionaries({"type": JSON, "title": JSON, "detail": JSON}),
)
def test_any_value_of_a_problems_fields_is_survived(
    status: int, fields: dict[str, Any]
) -> None:
    found = error(status, fields)

    assert "\x00" not in str(found)
    str(found).encode()
