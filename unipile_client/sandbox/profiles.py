"""GET /users/me and /users/{identifier}: one person, more closely."""

from __future__ import annotations

from unipile_client.sandbox.accounts import Account
from unipile_client.sandbox.problems import Problem
from unipile_client.sandbox.state import Sandbox

# Profiles use other words for the distance than search results do.
_DISTANCES = {
    "1": "FIRST_DEGREE",
    "2": "SECOND_DEGREE",
    "3": "THIRD_DEGREE",
    "OUT_OF_NETWORK": "OUT_OF_NETWORK",
}


def own_profile(account: Account) -> dict[str, object]:
    """Return the owner of a login."""
    first_name, _, last_name = account.name.partition(" ")
    return {
        "object": "AccountOwnerProfile",
        "provider": "LINKEDIN",
        "provider_id": f"ACoAA{account.id}",
        "public_identifier": account.slug,
        "first_name": first_name,
        "last_name": last_name,
    }


def profile(sandbox: Sandbox, identifier: str) -> dict[str, object]:
    """Return somebody by provider id or public identifier. Raises Problem (404)."""
    number = sandbox.rows.number_of(identifier)
    if number is None:
        raise Problem(404, "resource_not_found")
    row = sandbox.rows.row("classic", number)
    person = sandbox.population.person(number)
    return {
        "object": "UserProfile",
        "provider": "LINKEDIN",
        "provider_id": row["id"],
        "public_identifier": row["public_identifier"],
        "first_name": person["first_name"].name,
        "last_name": person["last_name"].name,
        "headline": row["headline"],
        "location": row["location"],
        "network_distance": _DISTANCES[person["distance"].name],
        "is_premium": row["premium"],
        "is_open_profile": number % 5 == 0,
        "work_experience": [
            {
                "company": person["company"].name,
                "position": person["title"].name,
                "current": True,
                "start": "1/1/2020",
                "end": None,
            }
        ]
        if person["company"].name
        else [],
    }
