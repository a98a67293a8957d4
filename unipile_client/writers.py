"""How does each of LinkedIn's products take our filters?

One set of criteria, the original's, becomes three request bodies:

| ours              | classic                 | Sales Navigator | Recruiter      |
|-------------------|-------------------------|-----------------|----------------|
| keywords          | text                    | text            | text           |
| title             | advanced_keywords.title | role include    | role keywords  |
| first_, last_name | advanced_keywords       | text            | list           |
| location          | ids                     | include         | ids, CURRENT   |
| industry          | ids                     | include         | include        |
| company, by id    | ids                     | include         | ids, CURRENT   |
| company, by name  | advanced_keywords       | include         | keywords       |
| school            | ids                     | include         | ids            |
| company_headcount | none                    | ranges          | ranges         |
| seniority         | none                    | include         | other words    |
| network_distance  | 1, 2, 3                 | GROUP as well   | GROUP as well  |
| profile_language  | codes                   | codes           | codes          |

What a product cannot apply, or not wholly, is named: a search is never quietly wider or
narrower than what was asked for. Source: Unipile's request schemas of POST
/linkedin/search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from unipile_client.types import Api
from unipile_client.vocabulary import HEADCOUNT_LETTERS, SENIORITIES

Body = dict[str, object]
T = TypeVar("T")

# A writer puts one filter into the body and says whether that says it wholly. Values
# are Any here alone: validate() has seen them.
Writer = Callable[[Body, Any], bool]


def _as_is(key: str) -> Writer:
    def write(body: Body, value: Any) -> bool:
        body[key] = value
        return True

    return write


def nowhere(body: Body, value: Any) -> bool:
    return False


def _advanced(key: str) -> Writer:
    def write(body: Body, value: Any) -> bool:
        _within(body, "advanced_keywords")[key] = value
        return True

    return write


def _ids(key: str) -> Writer:
    def write(body: Body, value: Any) -> bool:
        body[key] = _texts(value)
        return True

    return write


def _include(key: str) -> Writer:
    def write(body: Body, value: Any) -> bool:
        body[key] = {"include": _texts(value if isinstance(value, list) else [value])}
        return True

    return write


def _listed(key: str) -> Writer:
    def write(body: Body, value: Any) -> bool:
        body[key] = [value]
        return True

    return write


def _weighed(key: str, *, scope: str | None = None, is_text: bool = False) -> Writer:
    """Write Recruiter's objects: one alone MUST be had, of several any CAN be.

    Several MUST_HAVEs would ask for somebody who is in Lyon and in Paris.
    """

    def write(body: Body, value: Any) -> bool:
        values = _texts(value if isinstance(value, list) else [value])
        rest = {"priority": "MUST_HAVE" if len(values) == 1 else "CAN_HAVE"}
        if scope:
            rest["scope"] = scope
        body[key] = [
            {"keywords" if is_text or not is_id(text) else "id": text} | rest
            for text in values
        ]
        return True

    return write


def _classic_company(body: Body, value: Any) -> bool:
    """Write ids, or else names; both at once would have to match both."""
    ids = [text for text in _texts(value) if is_id(text)]
    names = [text for text in _texts(value) if not is_id(text)]
    if ids:
        body["company"] = ids
    else:
        quoted = [f'"{name}"' for name in names] if len(names) > 1 else names
        _within(body, "advanced_keywords")["company"] = " OR ".join(quoted)
    return not (ids and names)


def _headcount(body: Body, value: Any) -> bool:
    sizes = [
        dict(HEADCOUNT_LETTERS[size.strip().upper()] if isinstance(size, str) else size)
        for size in value
    ]
    body["company_headcount"] = _once(sizes)
    return True


def _seniority(api: Api) -> Writer:
    def write(body: Body, value: Any) -> bool:
        levels = [SENIORITIES[word.strip().lower()] for word in value]
        words = [
            level.recruiter if api is Api.RECRUITER else level.sales_navigator
            for level in levels
        ]
        if any(words):
            body["seniority"] = {"include": _once([w for ws in words for w in ws])}
        return all(words)

    return write


def _distance(*, has_groups: bool) -> Writer:
    def write(body: Body, value: Any) -> bool:
        known = [step for step in value if has_groups or step != "GROUP"]
        if known:
            body["network_distance"] = _once(known)
        return len(known) == len(value)

    return write


def _languages(body: Body, value: Any) -> bool:
    body["profile_language"] = _once([code.lower() for code in value])
    return True


def is_id(text: str) -> bool:
    """Return whether this is one of LinkedIn's ids, which are digits alone."""
    return text.isascii() and text.isdigit()


def _texts(values: Sequence[object]) -> list[str]:
    return _once([str(value).strip() for value in values])


def _once(values: list[T]) -> list[T]:
    return [value for i, value in enumerate(values) if value not in values[:i]]


def _within(body: Body, key: str) -> Body:
    """Return the object at this key of the body, making it if need be."""
    inner = body.setdefault(key, {})
    assert isinstance(inner, dict)  # for the type checker: only _advanced writes it
    return inner


WRITERS: Mapping[Api, Mapping[str, Writer]] = {
    Api.CLASSIC: {
        "keywords": _as_is("keywords"),
        "title": _advanced("title"),
        "first_name": _advanced("first_name"),
        "last_name": _advanced("last_name"),
        "location": _ids("location"),
        "industry": _ids("industry"),
        "company": _classic_company,
        "school": _ids("school"),
        "company_headcount": nowhere,
        "seniority": nowhere,
        "network_distance": _distance(has_groups=False),
        "profile_language": _languages,
    },
    Api.SALES_NAVIGATOR: {
        "keywords": _as_is("keywords"),
        "title": _include("role"),
        "first_name": _as_is("first_name"),
        "last_name": _as_is("last_name"),
        "location": _include("location"),
        "industry": _include("industry"),
        "company": _include("company"),
        "school": _include("school"),
        "company_headcount": _headcount,
        "seniority": _seniority(Api.SALES_NAVIGATOR),
        "network_distance": _distance(has_groups=True),
        "profile_language": _languages,
    },
    Api.RECRUITER: {
        "keywords": _as_is("keywords"),
        "title": _weighed("role", scope="CURRENT", is_text=True),
        "first_name": _listed("first_name"),
        "last_name": _listed("last_name"),
        "location": _weighed("location", scope="CURRENT"),
        "industry": _include("industry"),
        "company": _weighed("company", scope="CURRENT"),
        "school": _weighed("school"),
        "company_headcount": _headcount,
        "seniority": _seniority(Api.RECRUITER),
        "network_distance": _distance(has_groups=True),
        "profile_language": _languages,
    },
}
