"""How numbers, durations and ages read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from searchjobs.pages import words

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 s"),
        (0.4, "1 s"),
        (25.2, "25 s"),
        (99, "99 s"),
        (100, "2 min"),
        (59 * 60, "59 min"),
        (3 * 3600, "3 h"),
        (47 * 3600, "47 h"),
        (72 * 3600, "3 days"),
    ],
)
def test_a_duration_is_one_number(seconds: float, text: str) -> None:
    assert words.about(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1, "first"), (2, "second"), (6, "sixth"), (7, "number 7")]
)
def test_a_place_in_line_is_a_word(number: int, text: str) -> None:
    assert words.place(number) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=20), "20 s ago"),
        (timedelta(minutes=6), "6 min ago"),
        (timedelta(hours=4), "4 h ago"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(hours=48), "21 Nov"),
        (timedelta(days=330), "28 Dec 2025"),
    ],
)
def test_an_age_is_short(passed: timedelta, text: str) -> None:
    assert words.age(NOW - passed, now=NOW) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(minutes=6), "6 min ago"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(hours=48), "on 21 Nov"),
    ],
)
def test_an_age_in_a_sentence_is_a_phrase(passed: timedelta, text: str) -> None:
    assert words.since(NOW - passed, now=NOW) == text


@pytest.mark.parametrize(
    ("ahead", "text"),
    [(timedelta(minutes=30), "14:32 UTC"), (timedelta(hours=12), "24 Nov, 02:02 UTC")],
)
def test_a_time_of_day_names_another_day(ahead: timedelta, text: str) -> None:
    assert words.clock(NOW + ahead, now=NOW) == text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Priya Raman", "PR"),
        ("Jean-Luc de la Tour", "JT"),
        ("Cher", "C"),
        ("  ", "?"),
        ("🚀 !!", "?"),
        ("Zoë (she) Ünal", "ZÜ"),
    ],
)
def test_a_face_shows_two_letters(name: str, letters: str) -> None:
    assert words.initials(name) == letters


def test_a_name_has_always_the_same_colour() -> None:
    assert words.hue("Priya Raman") == words.hue("Priya Raman")


def test_names_share_out_the_twelve_colours() -> None:
    colours = [words.hue(f"Somebody{number * 7919}") for number in range(500)]
    assert set(colours) == set(range(12))
