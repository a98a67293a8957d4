"""What somebody fills in on the page of a new search, as it stands."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.http import QueryDict

from accounts.errors import Refusal
from accounts.models import User
from searchjobs.models import SavedSearch, SearchJob
from searchjobs.pages import criteria
from searchjobs.pages.criteria import LOOKUPS
from searchjobs.services import LONGEST_NAME
from unipile_client.pasted import Pasted
from unipile_client.vocabulary import HEADCOUNT_LETTERS

MOST_BY_DEFAULT = 1000
LABEL = "label"  # hidden fields 'LOCATION:103644278:United States', for the page alone
TYPED = "typed_"  # what stands in a field of names beside those that were chosen

_TEXTS = ("title", "keywords", "first_name", "last_name")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The form's content: right or wrong, as it stands.

    `search_criteria` has the contract's keys; `aside` too, filters beside an address or
    an address beside filters, kept and not asked for; `labels` name the chosen ids, for
    the form alone; `typed` is what was typed into a field of names and not chosen;
    `wrong` says by field what could not even be read; `saved` is the saved search that
    was opened, `repeats` the name of the search that is run with changes; `available`
    is how many match, where a preview said so.
    """

    search_criteria: dict[str, Any] = field(default_factory=dict)
    aside: Mapping[str, Any] = field(default_factory=dict)
    target_text: str = str(MOST_BY_DEFAULT)
    account_text: str = ""
    name: str = ""
    is_url: bool = False
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    saved: uuid.UUID | None = None
    repeats: str = ""
    available: int | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """What stands in the form's fields, asked for or not."""
        return {**self.aside, **self.search_criteria}

    @property
    def pasted(self) -> Pasted | None:
        """What the pasted address says, if it is one."""
        return criteria.read_url(self.search_criteria.get("url", ""))

    def as_filters(self) -> Draft:
        """Return the pasted address as filters that can be changed."""
        found = self.pasted
        if found is None:
            return self
        known = criteria.names_of([found.criteria])
        return replace(
            self,
            search_criteria=found.criteria | {"api": found.api.value},
            aside={},
            labels={**known, **criteria.names_in(found)},
            is_url=False,
        )

    @property
    def title(self) -> str:
        """The name given, or one of the first filters; '' where there is none."""
        named = criteria.named(self.search_criteria, self.labels)
        chips = criteria.chips_of(named, self.labels)
        texts = [chip.text for chip in chips if chip.label != criteria.URL]
        return self.name or ", ".join(texts[:3])[:LONGEST_NAME]

    @property
    def id_names(self) -> list[list[str]]:
        """What the chosen ids are called: [[type, id, name]]."""
        return [
            [LOOKUPS[key], value, name[:LONGEST_NAME]]
            for key in LOOKUPS
            if key in self.search_criteria
            for value, _, name in self.chosen(key)
            if name not in ("", value)
        ]

    def arguments(self) -> dict[str, Any]:
        """Return what `services.create` and `plan_search` take.

        Raises:
            Refusal: invalid_request with `fields`.
        """
        wrong = dict(self.wrong)
        if (self.is_url or not self.typed) and not any(
            value for key, value in self.search_criteria.items() if key != "api"
        ):
            wrong["search_criteria"] = (
                "Paste the address of a search."
                if self.is_url
                else "Say who you are looking for: fill in at least one filter."
            )
        if wrong:
            raise Refusal("The search is not complete yet.", fields=wrong)
        return {
            "search_criteria": self.search_criteria,
            "target_count": int(self.target_text),
            "account_id": uuid.UUID(self.account_text) if self.account_text else None,
        }

    def chosen(self, key: str) -> list[Chosen]:
        """Return the ids chosen for a filter."""
        values = list(map(str, self.fields.get(key, [])))
        texts = criteria.texts_of({key: values}, key, self.labels)
        names = (self.labels.get((LOOKUPS[key], value), "") for value in values)
        return list(map(Chosen, values, texts, names))


class Chosen(NamedTuple):
    """An id, in words, and its name as far as it is known."""

    value: str
    text: str
    name: str


def unchosen(key: str) -> str:
    """Say what is to be done about a name that was typed and stands for no id."""
    return (
        f"The {key} is typed, not chosen yet. Choose a name from its list, or empty "
        "the field."
    )


def read(form: QueryDict) -> Draft:
    """Read the posted form."""
    is_url = form.get("mode") == "url"
    wrong: dict[str, str] = {}
    target_text = form.get("target_count", "").strip()
    if _number_of(target_text) is None:
        wrong["target_count"] = "Give a whole number."
    account_text = form.get("account_id", "")
    if account_text and uuid_of(account_text) is None:
        wrong["account_id"] = "Choose one of your accounts."
    typed = _typed_in(form)
    if not is_url:
        wrong |= {f"search_criteria.{key}": unchosen(key) for key in typed}
    address, filters = _url_of(form), _filters_of(form, {} if is_url else wrong)
    return Draft(
        search_criteria=address if is_url else filters,
        aside=filters if is_url else address,
        target_text=target_text,
        account_text=account_text,
        name=" ".join(form.get("name", "").split())[:LONGEST_NAME],
        is_url=is_url,
        labels=_labels_of(form.getlist(LABEL)),
        typed=typed,
        wrong=wrong,
        saved=uuid_of(form.get("saved", "")),
        repeats=form.get("repeats", "")[:LONGEST_NAME],
        available=_number_of(form.get("available", "")),
    )


def again(job: SearchJob, user: User) -> Draft:
    """Return a draft that asks for the same as an earlier search, by the same account
    where that is the user's."""
    return Draft(
        search_criteria=dict(job.search_criteria),
        target_text=str(job.target_count),
        account_text=str(job.account_id) if job.account.user_id == user.id else "",
        is_url=bool(job.search_criteria.get("url")),
        labels=criteria.names_of([job.search_criteria]),
        repeats=job.name,
    )


def opened(saved: SavedSearch) -> Draft:
    """Return a draft that asks for what a saved search does."""
    kept = {(kind, value): name for kind, value, name in saved.id_names}
    return Draft(
        search_criteria=dict(saved.search_criteria),
        target_text=str(saved.target_count),
        name=saved.name,
        is_url=bool(saved.search_criteria.get("url")),
        labels={**kept, **criteria.names_of([saved.search_criteria])},
        saved=saved.id,
    )


def _url_of(form: QueryDict) -> dict[str, Any]:
    url = form.get("url", "").strip()
    return {"url": url} if url else {}


def _filters_of(form: QueryDict, wrong: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        **{key: form.get(key, "").strip() for key in (*_TEXTS, "api")},
        **{key: _chosen(form, key) for key in LOOKUPS},
        "company_headcount": [
            _size_of(each) for each in _chosen(form, "company_headcount")
        ],
        "seniority": _chosen(form, "seniority"),
        "profile_language": re.findall(r"[^\s,;]+", form.get("profile_language", "")),
    }
    distances = _chosen(form, "network_distance")
    if not set(distances) <= {*criteria.DISTANCES, "GROUP"}:
        wrong["search_criteria.network_distance"] = "Choose 1st, 2nd or 3rd+."
    else:
        found["network_distance"] = [
            int(each) if each.isdigit() else each for each in distances
        ]
    return {key: value for key, value in found.items() if value}


def _size_of(text: str) -> object:
    """Read a headcount's letter, or a range such as '51-500'."""
    size = re.fullmatch(r"([0-9]{1,9})-([0-9]{0,9})", text)
    if size is None:
        return text
    least, most = size.groups()
    return {"min": int(least)} | ({"max": int(most)} if most else {})


def size_text(size: Any) -> str:
    """Write a headcount so that `read` reads it: a letter where there is one."""
    if isinstance(size, str):
        size = HEADCOUNT_LETTERS.get(size.strip().upper(), {})
    for letter in criteria.LETTERS:
        if HEADCOUNT_LETTERS[letter] == size:
            return letter
    return f"{size.get('min', 1)}-{size.get('max', '')}"


def _chosen(form: QueryDict, key: str) -> list[str]:
    values = (value.strip() for value in form.getlist(key))
    return list(dict.fromkeys(value for value in values if value))


def _labels_of(texts: list[str]) -> dict[tuple[str, str], str]:
    parts = (text.split(":", 2) for text in texts)
    return {(part[0], part[1]): part[2] for part in parts if len(part) == 3}


def _typed_in(form: QueryDict) -> dict[str, str]:
    typed = {key: form.get(f"{TYPED}{key}", "").strip() for key in LOOKUPS}
    return {key: text for key, text in typed.items() if text}


def _number_of(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_number else None


def uuid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
