"""The values that Unipile's answers become, and the LinkedIn products that give them.

They are msgspec structs: made a hundred at a time on every page, they cost a fifth of
what frozen dataclasses do, and are as immutable and comparable.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Api(StrEnum):
    """A LinkedIn product that can be searched.

    Source of the numbers: LinkedIn shows 1,000 people per search, and 2,500 in Sales
    Navigator and Recruiter; Unipile's `limit` is at most 100, "shouldn't exceed 50" for
    classic.
    """

    CLASSIC = "classic"
    SALES_NAVIGATOR = "sales_navigator"
    RECRUITER = "recruiter"

    @property
    def max_page_size(self) -> int:
        """Return the most rows that one request may ask for."""
        return 50 if self is Api.CLASSIC else 100

    @property
    def ceiling(self) -> int:
        """Return the most rows that one search gives, however many people match."""
        return 1000 if self is Api.CLASSIC else 2500

    @property
    def label(self) -> str:
        """Return the product's name as LinkedIn writes it."""
        return self.value.replace("_", " ").title()


class Position(msgspec.Struct, frozen=True):
    """A job that somebody holds now."""

    company: str | None
    role: str | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a page, as far as it could be read; a field that is blank is None.

    `provider_id` is the item's `id` and None where there is none to keep the row by: it
    is missing, blank, no string, longer than any id, or the row is no person (`type` is
    another word than PEOPLE). Such a row still counts as received.
    `network_distance` is Unipile's word: SELF, DISTANCE_1 … DISTANCE_3, OUT_OF_NETWORK.
    `raw` is the row's JSON, byte for byte as received wherever PostgreSQL's jsonb can
    hold it: NULs and lone surrogates have become U+FFFD.
    """

    provider_id: str | None
    member_urn: str | None
    public_identifier: str | None
    name: str | None
    first_name: str | None
    last_name: str | None
    headline: str | None
    location: str | None
    industry: str | None
    network_distance: str | None
    premium: bool | None
    open_profile: bool | None
    shared_connections: int | None
    positions: tuple[Position, ...]
    public_profile_url: str | None
    profile_url: str | None
    raw: bytes


class SearchPage(msgspec.Struct, frozen=True):
    """One page of people, in LinkedIn's order.

    `cursor` is opaque and None at the end. `total_count` is what LinkedIn says exists,
    which may be thousands more than it gives.
    """

    people: tuple[Person, ...]
    cursor: str | None
    total_count: int | None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A login connected through Unipile.

    `status` is the worst word among its sources: CREDENTIALS, PERMISSIONS, ERROR,
    STOPPED, CONNECTING, or OK if all are (or none is told). A word not known here is
    passed on, worse than OK.
    """

    id: str
    name: str
    status: str
    premium_features: tuple[str, ...]
    is_linkedin: bool


class AccountPage(msgspec.Struct, frozen=True):
    """Some of the accounts; the rest follows by `cursor` until that is None."""

    items: tuple[Account, ...]
    cursor: str | None


class Parameter(msgspec.Struct, frozen=True):
    """A place, company, school … by LinkedIn's id and the name to show."""

    id: str
    title: str


class Webhook(msgspec.Struct, frozen=True):
    """An address that Unipile tells of events; what it sends along stays unread."""

    id: str
    request_url: str


class WebhookPage(msgspec.Struct, frozen=True):
    """Some of the webhooks; the rest follows by `cursor` until that is None."""

    items: tuple[Webhook, ...]
    cursor: str | None
