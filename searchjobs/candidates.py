"""A person on the way from a source to a row."""

from __future__ import annotations

import msgspec


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a source hands it over, ready to be a row."""

    provider_id: str
    person_keys: list[str]
    prospect_data: dict[str, object]
