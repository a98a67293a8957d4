"""From a search body to criteria: the filters of each api, each in its own shape.

Stricter than Unipile may be: a key that an api does not document is refused,
for a filter that is silently ignored gives the wrong people. Documented filters
that nothing in the population answers to are accepted and narrow nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from unipile_client.sandbox import shapes
from unipile_client.sandbox.criteria import Choice, Criteria, Wanted
from unipile_client.sandbox.problems import Problem, invalid
from unipile_client.sandbox.queries import parse_query
from unipile_client.sandbox.urls import body_of_url

Body = Mapping[str, object]
Reader = Callable[[str, object], tuple[Wanted, ...]]
Filter = Callable[[str, object], Iterator[Choice]]

_SALES_SENIORITIES = {
    word: (word,)
    for word in (
        "owner/partner",
        "cxo",
        "vice_president",
        "director",
        "experienced_manager",
        "entry_level_manager",
        "strategic",
        "senior",
        "entry_level",
        "in_training",
    )
}
_RECRUITER_SENIORITIES = {
    "owner": ("owner/partner",),
    "partner": ("owner/partner",),
    "cxo": ("cxo",),
    "vp": ("vice_president",),
    "director": ("director",),
    "manager": ("experienced_manager", "entry_level_manager"),
    "senior": ("senior", "strategic"),
    "entry": ("entry_level",),
    "training": ("in_training",),
    "unpaid": ("unpaid",),
}
_PRIORITIES = ("CAN_HAVE", "MUST_HAVE", "DOESNT_HAVE")
_PRIORITISED_KEYS = ("id", "keywords", "priority", "scope", "is_selection", "title")


def _nothing(field: str, value: object) -> Iterator[Choice]:
    """Accept a filter that no invented person has anything to do with."""
    yield from ()


def _any_of(attribute: str, read: Reader) -> Filter:
    def read_filter(field: str, value: object) -> Iterator[Choice]:
        yield Choice(attribute=attribute, include=read(field, value))

    return read_filter


def _include_exclude(attribute: str, read: Reader) -> Filter:
    def read_filter(field: str, value: object) -> Iterator[Choice]:
        sides = shapes.read_object(field, value, ("include", "exclude"))
        yield Choice(
            attribute=attribute,
            include=read(f"{field}.include", sides["include"])
            if "include" in sides
            else (),
            exclude=read(f"{field}.exclude", sides["exclude"])
            if "exclude" in sides
            else (),
        )

    return read_filter


def _text(attribute: str) -> Filter:
    def read_filter(field: str, value: object) -> Iterator[Choice]:
        text = shapes.read_text(field, value)
        if text.strip():
            yield Choice(attribute=attribute, include=(shapes.as_query(text),))

    return read_filter


def _texts(attribute: str) -> Filter:
    def read_filter(field: str, value: object) -> Iterator[Choice]:
        texts = [
            shapes.read_text(field, each) for each in shapes.read_list(field, value)
        ]
        yield Choice(attribute=attribute, include=tuple(map(shapes.as_query, texts)))

    return read_filter


def _prioritised(attribute: str, *, by_keywords: bool) -> Filter:
    """Read Recruiter's objects: each MUST_HAVE, any CAN_HAVE, no DOESNT_HAVE."""

    def read_filter(field: str, value: object) -> Iterator[Choice]:
        wanted: dict[str, list[Wanted]] = {priority: [] for priority in _PRIORITIES}
        for each in shapes.read_list(field, value):
            entry = shapes.read_object(field, each, _PRIORITISED_KEYS)
            priority = entry.get("priority", "CAN_HAVE")
            if priority not in _PRIORITIES:
                raise invalid(f"{field}.priority", f"must be among {_PRIORITIES}")
            wanted[str(priority)].append(_entry(field, entry, by_keywords))
        for must in wanted["MUST_HAVE"]:
            yield Choice(attribute=attribute, include=(must,))
        yield Choice(
            attribute=attribute,
            include=tuple(wanted["CAN_HAVE"]),
            exclude=tuple(wanted["DOESNT_HAVE"]),
        )

    return read_filter


def _entry(field: str, entry: Body, by_keywords: bool) -> Wanted:
    if by_keywords and "keywords" in entry and "id" not in entry:
        return shapes.as_query(shapes.read_text(f"{field}.keywords", entry["keywords"]))
    if "id" not in entry or "keywords" in entry:
        raise invalid(
            field, "must be objects with an id" + " or keywords" * by_keywords
        )
    return shapes.read_id(f"{field}.id", entry["id"])


def _advanced_keywords(field: str, value: object) -> Iterator[Choice]:
    keys = ("first_name", "last_name", "title", "company", "school")
    for key, text in shapes.read_object(field, value, keys).items():
        yield from _text(key)(f"{field}.{key}", text)


_NETWORK = partial(shapes.read_distances, groups=True)

FILTERS: dict[str, dict[str, Filter]] = {
    "classic": {
        "location": _any_of("location", shapes.read_ids),
        "industry": _any_of("industry", shapes.read_ids),
        "company": _any_of("company", shapes.read_ids),
        "past_company": _any_of("past_company", shapes.read_ids),
        "school": _any_of("school", shapes.read_ids),
        "profile_language": _any_of("language", shapes.read_languages),
        "network_distance": _any_of(
            "distance", partial(shapes.read_distances, groups=False)
        ),
        "advanced_keywords": _advanced_keywords,
        **dict.fromkeys(
            ("service", "connections_of", "followers_of", "open_to"), _nothing
        ),
    },
    "sales_navigator": {
        "first_name": _text("first_name"),
        "last_name": _text("last_name"),
        "location": _include_exclude("location", shapes.read_ids),
        "industry": _include_exclude("industry", shapes.read_ids),
        "school": _include_exclude("school", shapes.read_ids),
        "company": _include_exclude("company", shapes.read_ids_or_names),
        "past_company": _include_exclude("past_company", shapes.read_ids_or_names),
        "role": _include_exclude("title", shapes.read_ids_or_names),
        "seniority": _include_exclude(
            "seniority", partial(shapes.read_words, allowed=_SALES_SENIORITIES)
        ),
        "company_headcount": _any_of("headcount", shapes.read_headcounts),
        "profile_language": _any_of("language", shapes.read_languages),
        "network_distance": _any_of("distance", _NETWORK),
        **dict.fromkeys(
            (
                "saved_search_id",
                "recent_search_id",
                "last_viewed_at",
                "company_location",
                "location_by_postal_code",
                "past_role",
                "function",
                "tenure",
                "tenure_at_company",
                "tenure_at_role",
                "company_type",
                "groups",
                "persona",
                "connections_of",
                "account_lists",
                "lead_lists",
                "following_your_company",
                "viewed_your_profile_recently",
                "past_colleague",
                "shared_experiences",
                "changed_jobs",
                "posted_on_linkedin",
                "mentionned_in_news",
                "viewed_profile_recently",
                "messaged_recently",
                "include_saved_leads",
                "include_saved_accounts",
                "save_search",
            ),
            _nothing,
        ),
    },
    "recruiter": {
        "first_name": _texts("first_name"),
        "last_name": _texts("last_name"),
        "location": _prioritised("location", by_keywords=False),
        "industry": _include_exclude("industry", shapes.read_ids),
        "role": _prioritised("title", by_keywords=True),
        "company": _prioritised("company", by_keywords=True),
        "current_company": _prioritised("company", by_keywords=False),
        "past_company": _prioritised("past_company", by_keywords=False),
        "school": _prioritised("school", by_keywords=False),
        "seniority": _include_exclude(
            "seniority", partial(shapes.read_words, allowed=_RECRUITER_SENIORITIES)
        ),
        "company_headcount": _any_of("headcount", shapes.read_headcounts),
        "profile_language": _any_of("language", shapes.read_languages),
        "network_distance": _any_of("distance", _NETWORK),
        **dict.fromkeys(
            (
                "saved_search",
                "saved_filter",
                "location_within_area",
                "skills",
                "groups",
                "function",
                "graduation_year",
                "tenure",
                "spoken_languages",
                "notes",
                "hide_previously_viewed",
                "recently_joined",
                "spotlights",
                "has_military_background",
                "past_applicants",
                "hiring_projects",
                "recruiting_activity",
            ),
            _nothing,
        ),
    },
}


def api_of(body: Body) -> str:
    """Return the api that a search body asks. Raises Problem."""
    api = body.get("api")
    if not isinstance(api, str) or api not in FILTERS:
        raise invalid("api", f"must be among {', '.join(FILTERS)}")
    return api


def read_body(body: Body) -> tuple[str, Criteria]:
    """Return the api and the criteria of a search. Raises Problem (400, 501)."""
    if "url" in body:
        body = body_of_url(shapes.read_text("url", body["url"]))
    api = api_of(body)
    category = body.get("category")
    if category in ("companies", "posts", "jobs"):
        raise Problem(501, "feature_not_implemented", detail="Only people live here.")
    if category != "people":
        raise invalid("category", "must be people")
    choices: list[Choice] = []
    for field, value in body.items():
        if field in ("api", "category", "keywords"):
            continue
        if field not in FILTERS[api]:
            raise invalid(field, f"is not a filter of a people search on {api}")
        choices += FILTERS[api][field](field, value)
    keywords = shapes.read_text("keywords", body.get("keywords", ""))
    return api, Criteria(keywords=parse_query(keywords), choices=tuple(choices))
