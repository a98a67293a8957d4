"""Are these search criteria right, and what do they ask of each of LinkedIn's products?

The criteria are the original's: category, keywords, title, location, company_headcount,
and the common filters industry, company, school, seniority, network_distance,
first_name, last_name, profile_language; or url, a search pasted from the browser.
`api` chooses the product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from unipile_client.types import Api
from unipile_client.vocabulary import (
    HEADCOUNT_LETTERS,
    HEADCOUNT_MAXIMUMS,
    HEADCOUNT_MINIMUMS,
    SENIORITIES,
)
from unipile_client.writers import WRITERS, Body, is_id, nowhere

LONGEST_TEXT = 1000
LONGEST_URL = 8000
MOST_VALUES = 500

_ID = "LinkedIn's id, which is a number such as 103644278"
_PATHS: tuple[tuple[str, Api], ...] = (
    (r"/search/results/people(/|$)", Api.CLASSIC),
    (r"/sales/(search|lists)/people(/|$)", Api.SALES_NAVIGATOR),
    (r"/(recruiter/(search|smartsearch)|talent/(search|hire))(/|$)", Api.RECRUITER),
)


@dataclass(frozen=True, kw_only=True)
class Translation:
    """A request body, and the names of the filters it leaves out wholly or in part."""

    body: Body
    ignored: tuple[str, ...]


def translate(criteria: Mapping[str, object], api: Api) -> Translation:
    """Return what to ask the api for; `criteria` are such as `validate` finds right.

    Filters that are empty ("", []) are no filters. A url overrides all other filters.
    `api` is the caller's choice: the criteria's own `api` is for the caller to obey.
    """
    filters: Body = {}
    for key, value in criteria.items():
        stripped = value.strip() if isinstance(value, str) else value
        if key not in ("api", "category") and stripped not in ("", []):
            filters[key] = stripped
    if "url" in filters:
        overridden = tuple(key for key in filters if key != "url")
        return Translation(body={"url": filters["url"]}, ignored=overridden)
    body: Body = {"api": api.value, "category": "people"}
    writers = WRITERS[api]
    ignored = [key for key, value in filters.items() if not writers[key](body, value)]
    return Translation(body=body, ignored=tuple(ignored))


def can_apply(api: Api, key: str) -> bool:
    """Say whether the api has this filter at all."""
    return WRITERS[api][key] is not nowhere


def validate(criteria: Mapping[str, object]) -> dict[str, str]:
    """Return for each wrong field a sentence that says why; {} where all is right."""
    wrong: dict[str, str] = {}
    for key, value in criteria.items():
        check = _CHECKS.get(key)
        why = check(value) if check else "This filter is not known."
        if why:
            wrong[_printable(key)] = why
    return wrong or _check_url_suits_api(criteria)


def api_of_url(url: str) -> Api:
    """Return which product a search's address in the browser belongs to.

    Raises ValueError with a sentence for the person who pasted it.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        raise ValueError("This is not a web address.") from None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise ValueError("Paste the whole address, beginning with https://.")
    if host != "linkedin.com" and not host.endswith(".linkedin.com"):
        raise ValueError("This is not an address on linkedin.com.")
    for path, api in _PATHS:
        if re.match(path, parts.path):
            return api
    raise ValueError(
        "This is not a search for people. Open the search on LinkedIn, in Sales "
        "Navigator or in Recruiter, and copy its address."
    )


def _check_url_suits_api(criteria: Mapping[str, object]) -> dict[str, str]:
    url, api = criteria.get("url"), criteria.get("api")
    if not (isinstance(url, str) and url.strip() and isinstance(api, str)):
        return {}
    needed = api_of_url(url)
    if needed == api:
        return {}
    return {"api": f"The pasted address is a search in {needed.label}."}


# A check says why a value is wrong, or None.
Check = Callable[[object], str | None]


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return "This must be text."
    if not _is_storable(value):
        return "This holds a character that is not text."
    if len(value) > LONGEST_TEXT:
        return f"This is too long: at most {LONGEST_TEXT:,} characters."
    return None


def _each(check: Check) -> Check:
    def check_list(value: object) -> str | None:
        if not isinstance(value, list):
            return "This must be a list."
        if len(value) > MOST_VALUES:
            return f"This has too many values: at most {MOST_VALUES}."
        return next((why for why in map(check, value) if why), None)

    return check_list


def _one_of(*values: str) -> Check:
    def check(value: object) -> str | None:
        if isinstance(value, str) and value in values:
            return None
        return f"This must be {_either(values)}."

    return check


def _linkedin_id(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return None
    if isinstance(value, str) and is_id(value.strip()) and len(value) <= 30:
        return None
    return f"Each value must be {_ID}."


def _id_or_name(value: object) -> str | None:
    if isinstance(value, str) and value.strip() and _text(value) is None:
        return None
    if _linkedin_id(value) is None:
        return None
    return f"Each value must be a name or {_ID}."


def _seniority(value: object) -> str | None:
    if isinstance(value, str) and value.strip().lower() in SENIORITIES:
        return None
    return f"Each value must be {_either(tuple(SENIORITIES))}."


def _network_distance(value: object) -> str | None:
    is_step = isinstance(value, int) and not isinstance(value, bool)
    if (is_step and value in (1, 2, 3)) or value == "GROUP":
        return None
    return "Each value must be 1, 2, 3 or GROUP."


def _language(value: object) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2}", value):
        return None
    return "Each value must be a language's two letters, such as en."


def _headcount(value: object) -> str | None:
    if isinstance(value, str) and value.strip().upper() in HEADCOUNT_LETTERS:
        return None
    if isinstance(value, dict) and _is_range(value):
        return None
    return (
        "Each value must be a letter from A (1 to 10 people) to I (10,001 and more) or "
        'LinkedIn\'s own range, such as {"min": 51, "max": 200}.'
    )


def _is_range(value: dict[object, object]) -> bool:
    if not value or value.keys() - {"min", "max"}:
        return False
    least, most = value.get("min", 1), value.get("max", 10_000)
    if type(least) is not int or type(most) is not int:
        return False
    if least not in HEADCOUNT_MINIMUMS or most not in HEADCOUNT_MAXIMUMS:
        return False
    return least <= most or "max" not in value


def _url(value: object) -> str | None:
    if not isinstance(value, str):
        return "This must be text."
    if not value.strip():
        return None
    if len(value) > LONGEST_URL:
        return f"This is too long: at most {LONGEST_URL:,} characters."
    if not _is_storable(value):
        return "This holds a character that is not text."
    try:
        api_of_url(value)
    except ValueError as error:
        return str(error)
    return None


def _is_storable(text: str) -> bool:
    """Return whether PostgreSQL can keep the text: no NUL, no half of a pair."""
    return "\x00" not in text and _printable(text) == text


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _either(values: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(values[:-1]), values[-1])))


_CHECKS: Mapping[str, Check] = {
    "api": _one_of(*Api),
    "category": _one_of("people"),
    "url": _url,
    "keywords": _text,
    "title": _text,
    "first_name": _text,
    "last_name": _text,
    "location": _each(_linkedin_id),
    "industry": _each(_linkedin_id),
    "school": _each(_linkedin_id),
    "company": _each(_id_or_name),
    "company_headcount": _each(_headcount),
    "seniority": _each(_seniority),
    "network_distance": _each(_network_distance),
    "profile_language": _each(_language),
}
