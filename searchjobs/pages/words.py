"""How numbers, durations and ages read; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_DAY = timedelta(hours=24)
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")


def about(seconds: float) -> str:
    """Say a duration as one number: '25 s', '4 min', '3 h', '2 days'."""
    whole = max(1, round(seconds))
    if whole < 100:
        return f"{whole} s"
    if whole < 100 * 60:
        return f"{round(whole / 60)} min"
    if whole < 48 * 3600:
        return f"{round(whole / 3600)} h"
    return f"{round(whole / 86400)} days"


def place(number: int) -> str:
    """Say a place in a line, which counts from 1."""
    return _PLACES[number - 1] if number <= len(_PLACES) else f"number {number}"


def age(moment: datetime, *, now: datetime) -> str:
    """Say how long ago: '20 s ago', '4 h ago', 'yesterday', '20 Nov'."""
    passed = now - moment
    if passed < _DAY:
        return f"{about(passed.total_seconds())} ago"
    if moment.date() == (now - _DAY).date():
        return "yesterday"
    if moment.year == now.year:
        return f"{moment.day} {moment:%b}"
    return f"{moment.day} {moment:%b %Y}"


def since(moment: datetime, *, now: datetime) -> str:
    """Say the same within a sentence: of a day, 'on 20 Nov'."""
    said = age(moment, now=now)
    is_day = now - moment >= _DAY and said != "yesterday"
    return f"on {said}" if is_day else said


def clock(moment: datetime, *, now: datetime) -> str:
    """Say a time of day in UTC, with its day where that is another than today."""
    utc = moment.astimezone(UTC)
    if utc.date() == now.astimezone(UTC).date():
        return f"{utc:%H:%M} UTC"
    return f"{utc.day} {utc:%b, %H:%M} UTC"


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    ends = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in ends).upper()


def hue(name: str) -> int:
    """Return which of twelve colours stands for a name."""
    number = 7
    for letter in name:
        number = (number * 31 + ord(letter)) % 360
    return number // 30
