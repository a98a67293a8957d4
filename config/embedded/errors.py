"""What can go wrong with the embedded servers, as one line for a person."""

from __future__ import annotations

from pathlib import Path


class EmbeddedError(Exception):
    """A server could not be started or stopped; the message says what to do."""


def last_words(log: Path | str) -> str:
    """Return the line of a log, or of its text, that best says why a start failed."""
    if isinstance(log, Path):
        log = log.read_text(errors="replace") if log.exists() else ""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    telling = [
        line
        for line in lines
        if any(word in line for word in ("FATAL", "PANIC", "error", "No space", "Fail"))
    ]
    return (telling or lines or ["it left no message"])[-1]
