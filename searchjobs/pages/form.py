"""What the page of a new search shows: each field's choices, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from accounts.errors import Refusal
from accounts.models import LinkedInAccount, Membership
from searchjobs import listings, quotas, saved, selectors
from searchjobs.models import SavedSearch, SearchJob
from searchjobs.pages import criteria
from searchjobs.pages.drafts import Chosen, Draft, size_text, unchosen
from searchjobs.previews import Preview
from searchjobs.quotas import Quota
from unipile_client.types import Api

RECENT = 5
SHOWN_SAVED = 8


class Choice(NamedTuple):
    """One value of a field, as the form sends it."""

    value: str
    text: str
    is_chosen: bool


class AccountChoice(NamedTuple):
    account: LinkedInAccount
    api: Api
    quota: Quota


class Combo(NamedTuple):
    """A field that finds LinkedIn's ids by name, with those that are chosen."""

    key: str
    kind: str
    label: str
    placeholder: str
    chosen: list[Chosen]
    typed: str
    unchosen: str


_PLACEHOLDERS = {
    "location": "Add a place",
    "industry": "Add an industry",
    "company": "Add a company",
    "school": "Add a school",
}


def choices(membership: Membership, draft: Draft) -> dict[str, object]:
    """Return what the form offers. What a draft holds beyond that is offered too, so
    that a search that is run again loses nothing."""
    asked = draft.fields
    accounts = listings.accounts_of(membership)
    left = quotas.quotas_of(accounts)
    sizes = [(letter, criteria.headcount_text(letter)) for letter in criteria.LETTERS]
    sizes.insert(0, (size_text(criteria.SELF_EMPLOYED), "Self-employed"))
    return {
        "accounts": [
            AccountChoice(
                account, Api(account.apis[0]), left[account.id, account.apis[0]]
            )
            for account in accounts
        ],
        "apis": list(Api),
        "sizes": _choices(
            sizes,
            {
                size_text(size): criteria.headcount_text(size)
                for size in _list(asked, "company_headcount")
            },
        ),
        "seniorities": _choices(
            criteria.SENIORITIES.items(), _texts(asked, "seniority")
        ),
        "distances": _choices(
            criteria.DISTANCES.items(), _texts(asked, "network_distance")
        ),
        "languages": ", ".join(_list(asked, "profile_language")),
        "combos": [_combo(draft, key) for key in criteria.LOOKUPS],
        "starts": starts(membership),
    }


def _combo(draft: Draft, key: str) -> Combo:
    return Combo(
        key=key,
        kind=criteria.LOOKUPS[key],
        label=key.capitalize(),
        placeholder=_PLACEHOLDERS[key],
        chosen=draft.chosen(key),
        typed=draft.typed.get(key, ""),
        unchosen=unchosen(key),
    )


def _choices(
    offered: Iterable[tuple[str, str]], chosen: Mapping[str, str]
) -> list[Choice]:
    known = dict(offered)
    every = {**known, **{of: text for of, text in chosen.items() if of not in known}}
    return [Choice(value, text, value in chosen) for value, text in every.items()]


def _texts(asked: Mapping[str, Any], key: str) -> dict[str, str]:
    values = _list(asked, key)
    return dict(zip(map(str, values), criteria.texts_of(asked, key, {}), strict=True))


def _list(asked: Mapping[str, Any], key: str) -> list[Any]:
    value = asked.get(key)
    return value if isinstance(value, list) else []


def by_field(refusal: Refusal | None) -> dict[str, str]:
    """Return what is wrong by the form's own names of its fields."""
    fields = refusal.details.get("fields", {}) if refusal else {}
    return {name.removeprefix("search_criteria."): why for name, why in fields.items()}


# --- where one may start --------------------------------------------------------------


class Starts(NamedTuple):
    """Searches to begin from; `more`: there are more saved ones than these."""

    saved: list[SavedSearch]
    more: bool
    recent: list[SearchJob]


def starts(membership: Membership) -> Starts:
    kept = saved.saved_of(membership)
    return Starts(
        saved=kept[:SHOWN_SAVED],
        more=len(kept) > SHOWN_SAVED,
        recent=list(selectors.jobs_of(membership)[:RECENT]),
    )


def saved_rows(
    membership: Membership,
) -> list[tuple[SavedSearch, list[criteria.Chip]]]:
    """Return what the workspace keeps, each with its filters in words."""
    kept = saved.saved_of(membership)
    known = criteria.names_of([one.search_criteria for one in kept])
    return [
        (
            one,
            criteria.chips_of(
                one.search_criteria,
                {**{(kind, of): name for kind, of, name in one.id_names}, **known},
            ),
        )
        for one in kept
    ]


# --- what was pasted, what was seen ---------------------------------------------------


class Read(NamedTuple):
    """A pasted address in words."""

    api: Api
    chips: list[criteria.Chip]
    left_out: list[str]


def pasted(draft: Draft) -> Read | None:
    found = draft.pasted if draft.is_url else None
    if found is None:
        return None
    known = criteria.names_of([found.criteria])
    chips = criteria.chips_of(found.criteria, {**known, **criteria.names_in(found)})
    return Read(found.api, chips, found.left_out)


@dataclass(frozen=True)
class Seen:
    """What a look at a draft showed."""

    preview: Preview
    draft: Draft

    @property
    def asked_for(self) -> int:
        return int(self.draft.target_text)

    @property
    def is_short(self) -> bool:
        """Whether fewer are there than asked for."""
        total = self.preview.available_total
        return total is not None and total < self.asked_for

    @property
    def has_one_title(self) -> bool:
        """Whether a title was given, and no other way to write it."""
        title = self.draft.search_criteria.get("title", "")
        return bool(title) and " OR " not in title

    @property
    def is_beyond_ceiling(self) -> bool:
        return (self.preview.available_total or 0) > self.preview.plan.api.ceiling
