"""The tree, and what each error tells a person."""

from __future__ import annotations

import pytest

from unipile_client import errors
from unipile_client.errors import (
    ADVICE,
    BackOff,
    BadRequest,
    GiveUp,
    JobTrouble,
    NeedsPerson,
    NetworkTrouble,
    ProviderDown,
    RateLimited,
    ServerError,
    UnipileError,
    UnreadableAnswer,
)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (BackOff, UnipileError),
        (RateLimited, BackOff),
        (ProviderDown, BackOff),
        (NetworkTrouble, BackOff),
        (JobTrouble, UnipileError),
        (ServerError, JobTrouble),
        (UnreadableAnswer, JobTrouble),
        (NeedsPerson, UnipileError),
        (GiveUp, UnipileError),
        (BadRequest, GiveUp),
    ],
)
def test_the_tree_is_the_one_drawn(
    kind: type[UnipileError], parent: type[UnipileError]
) -> None:
    assert kind.__bases__ == (parent,)
    assert kind.__name__ in (errors.__doc__ or "")


def test_no_error_belongs_to_two_branches() -> None:
    branches = (BackOff, JobTrouble, NeedsPerson, GiveUp)

    for one in branches:
        assert [other for other in branches if issubclass(one, other)] == [one]


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_advice_is_a_whole_sentence_without_jargon(code: str) -> None:
    advice = ADVICE[code]

    assert advice[0].isupper()
    assert advice.endswith(".")
    assert not [word for word in ("HTTP", "cursor", "JSON", "4xx") if word in advice]


def test_an_error_without_a_status_says_what_happened() -> None:
    error = NetworkTrouble(code="network_trouble", title="Connection refused")

    assert str(error) == "Connection refused"


def test_an_error_without_words_gives_its_advice() -> None:
    assert str(NetworkTrouble(code="network_trouble")) == ADVICE["network_trouble"]
