"""How one person looks in a search result, to each api, and by which ids they go.

The id differs by api for the same human; member_urn and public_identifier do
not. Rows are made when first shown, and kept as bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from unipile_client.sandbox.criteria import Option
from unipile_client.sandbox.population import Population
from unipile_client.sandbox.queries import tokens_of

Row = dict[str, object]

_ID_PREFIXES = {"classic": "ACoAA", "sales_navigator": "ACwAA", "recruiter": "AEMAA"}
# Multiplying by an odd number modulo 2³² shuffles numbers and can be undone.
_SHUFFLE = 2654435761
_UNSHUFFLE = pow(_SHUFFLE, -1, 2**32)
# Every so many people lack a key that others have.
_NO_SLUG_STEP = 97
_NO_URN_STEP = 89


def provider_id(api: str, number: int) -> str:
    """Return the id under which this api knows the person."""
    shuffled = (number * _SHUFFLE % 2**32).to_bytes(4, "big")
    rest = hashlib.blake2b(f"{api}:{number}".encode(), digest_size=20).digest()
    body = base64.urlsafe_b64encode(shuffled + rest).decode("ascii")
    return _ID_PREFIXES[api] + body


class Rows:
    """Shows the people of a population."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self.encoded = lru_cache(maxsize=20_000)(self._encode)
        self._make: dict[str, Callable[[int, dict[str, Option]], Row]] = {
            "classic": self._classic,
            "sales_navigator": self._sales_navigator,
            "recruiter": self._recruiter,
        }

    def row(self, api: str, number: int) -> Row:
        """Return the person's row in a search on this api."""
        return self._make[api](number, dict(self._population.person(number)))

    def number_of(self, identifier: str) -> int | None:
        """Return who has this provider id (of any api) or public identifier."""
        number = _number_in_id(identifier)
        if number is None:
            number = _number_in_slug(identifier)
        if number is None or number >= len(self._population):
            return None
        theirs = {self.slug(number)} | {provider_id(a, number) for a in _ID_PREFIXES}
        return number if identifier in theirs else None

    def slug(self, number: int) -> str:
        """Return the public identifier; no two people share one."""
        person = self._population.person(number)
        words = tokens_of(f"{person['first_name'].name} {person['last_name'].name}")
        name = "-".join(word for word in words if word.isascii()) or "member"
        return f"{name}-{number * _SHUFFLE % 2**32:08x}"

    def headline(self, number: int, person: dict[str, Option]) -> str:
        """Return the headline: mostly title and company, at times a whole speech."""
        form = self._population.headline_forms[number]
        tagline = person["tagline"].name
        work = " at ".join(filter(None, (person["title"].name, person["company"].name)))
        if form >= 14 or not work:
            return tagline
        if form == 13:
            return "\n".join((work, "", *[tagline or "Ask me anything."] * 6, "☕️"))
        if form >= 10 or not tagline:
            return work
        return f"{work} | {tagline}"

    def _encode(self, api: str, number: int) -> msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(self.row(api, number)))

    def _basics(self, api: str, number: int, person: dict[str, Option]) -> Row:
        slug = self.slug(number)
        distance = person["distance"].name
        return {
            "object": "SearchResult",
            "type": "PEOPLE",
            "id": provider_id(api, number),
            "public_identifier": slug,
            "public_profile_url": f"https://www.linkedin.com/in/{slug}",
            "profile_url": None,
            "profile_picture_url": None,
            "profile_picture_url_large": None,
            "member_urn": f"urn:li:member:{40_000_000 + 37 * number}",
            "name": f"{person['first_name'].name} {person['last_name'].name}",
            "network_distance": (
                f"DISTANCE_{distance}" if distance.isdecimal() else distance
            ),
            "location": person["location"].name or None,
            "headline": self.headline(number, person),
        }

    def _classic(self, number: int, person: dict[str, Option]) -> Row:
        row = self._basics("classic", number, person)
        miniature = f"?miniProfileUrn=urn%3Ali%3Afs_miniProfile%3A{row['id']}"
        if number % _NO_URN_STEP == 0:
            row["member_urn"] = None
        return row | {
            "profile_url": f"{row['public_profile_url']}{miniature}",
            "premium": number % 3 == 0,
            "verified": number % 4 == 0,
        }

    def _sales_navigator(self, number: int, person: dict[str, Option]) -> Row:
        row = self._basics("sales_navigator", number, person)
        if number % _NO_SLUG_STEP == 0:
            row |= {"public_identifier": None, "public_profile_url": None}
        return row | {
            "profile_url": (
                f"https://www.linkedin.com/sales/lead/{row['id']},NAME_SEARCH,AbCd"
            ),
            "first_name": person["first_name"].name,
            "last_name": person["last_name"].name,
            "industry": None,
            "pending_invitation": number % 50 == 0,
            "premium": number % 3 == 0,
            "open_profile": number % 5 == 0,
            "shared_connections_count": number % 23,
            "current_positions": _positions(number, person, industry=[]),
        }

    def _recruiter(self, number: int, person: dict[str, Option]) -> Row:
        row = self._basics("recruiter", number, person)
        industry = person["industry"].name
        row |= {
            "profile_url": f"https://www.linkedin.com/talent/search/profile/{row['id']}",
            "first_name": person["first_name"].name,
            "last_name": person["last_name"].name,
        }
        if row["network_distance"] == "OUT_OF_NETWORK":
            hidden = "name public_identifier public_profile_url profile_url member_urn"
            row |= dict.fromkeys(hidden.split())
            del row["first_name"], row["last_name"]
        positions = _positions(number, person, industry=[industry] if industry else [])
        for position in positions:
            position["start"] = {"year": 2010 + number % 15, "month": 1 + number % 12}
        return row | {
            "industry": industry or None,
            "can_send_inmail": number % 2 == 0,
            "recruiter_candidate_id": str(710_000_000 + number),
            "interests": [],
            "skills": [{"name": "Leadership", "endorsement_count": number % 40}],
            "current_positions": positions,
            "education": _education(person),
            "last_outreach_activity": None,
        }


def _number_in_id(identifier: str) -> int | None:
    if not identifier.startswith(tuple(_ID_PREFIXES.values())):
        return None
    try:
        body = base64.urlsafe_b64decode(identifier[5:])
    except (binascii.Error, ValueError):
        return None
    return int.from_bytes(body[:4], "big") * _UNSHUFFLE % 2**32


def _number_in_slug(identifier: str) -> int | None:
    found = re.fullmatch(r".*-([0-9a-f]{8})", identifier)
    return None if found is None else int(found[1], 16) * _UNSHUFFLE % 2**32


def _positions(
    number: int, person: dict[str, Option], *, industry: list[str]
) -> list[Row]:
    company = person["company"]
    if not company.name:
        return []
    return [
        {
            "company": company.name,
            "company_id": company.ids[0],
            "description": None,
            "role": person["title"].name,
            "location": None,
            "industry": industry,
            "skills": None,
            "tenure_at_role": {"years": number % 7, "months": number % 12},
            "tenure_at_company": {"years": number % 7 + 2},
        }
    ]


def _education(person: dict[str, Option]) -> list[Row]:
    school = person["school"]
    if not school.name:
        return []
    return [
        {
            "degree": None,
            "field_of_study": None,
            "school": school.name,
            "school_id": school.ids[0],
            "start": {"year": 2001},
        }
    ]
