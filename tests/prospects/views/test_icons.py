"""A button that shows only an icon says what it does, to eyes and to ears."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from searchjobs.models import SearchJob, SearchResult
from tests.prospects.looking import HTMX, get
from tests.prospects.views.test_marking import TAG

pytestmark = pytest.mark.django_db

_PRESSED = re.compile(r"<(button|a) ([^>]*)>(.*?)</\1>", re.DOTALL)
_SEEN_ONLY = re.compile(r"<svg.*?</svg>|<[^>]+>", re.DOTALL)


def silent_in(html: str) -> list[str]:
    """Return what can be pressed, shows an icon alone, and lacks one of its names."""
    return [
        attributes
        for _, attributes, inner in _PRESSED.findall(html)
        if "<svg" in inner
        and not _SEEN_ONLY.sub("", inner).strip()
        and not ('aria-label="' in attributes and 'title="' in attributes)
    ]


@pytest.mark.parametrize(
    ("path", "extra"),
    [
        ("/searches/{job}?decision=all", {}),
        ("/searches/{job}/people/{person}", HTMX),
        ("/searches", {}),
        ("/prospects?decision=all", {}),
    ],
    ids=["review", "details", "searches", "prospects"],
)
def test_each_icon_has_a_name_and_a_title(
    browser: Client,
    job: SearchJob,
    people: list[SearchResult],
    path: str,
    extra: dict[str, str],
) -> None:
    person = people[0].id
    browser.post(f"/searches/{job.id}/people/{person}/label", TAG)
    for decision, ids in (("approved", people[0].id), ("rejected", people[1].id)):
        body = {"decision": decision, "ids": str(ids)}
        browser.post(f"/searches/{job.id}/decide?up_to_position=3", body)
    html = get(browser, path.format(job=job.id, person=person), **extra)
    assert "<button" in html
    assert silent_in(html) == []
