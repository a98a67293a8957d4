"""Notes, tags and lists by the page: saved at once, for members of the workspace."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Membership
from prospects import notes
from prospects.models import Label, Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.markup import markup
from tests.prospects.looking import HTMX, client_of, get, names_in

pytestmark = pytest.mark.django_db

TAG = {"kind": "tag", "name": "hot"}


def test_a_note_is_saved_and_shown(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}/people/{people[0].id}"
    part = browser.post(f"{path}/note", {"note": "Met in Bern", "was": ""})
    assert "Written by Alice" in markup(part)
    assert "Met in Bern" in get(browser, path, **HTMX)


def test_a_note_that_changed_meanwhile_is_kept_with_words(
    browser: Client, bob: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    notes.write(membership=bob, result_id=people[0].id, note="Bob's", was="")
    path = f"/searches/{job.id}/people/{people[0].id}/note"
    response = browser.post(path, {"note": "Mine", "was": ""}, headers=HTMX)
    assert response.status_code == 409
    assert "Bob changed this note" in response.json()["error"]


def test_a_tag_is_added_and_removed_in_the_details(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}/people/{people[0].id}/label"
    added = markup(browser.post(path, TAG))
    assert f'id="marks-{people[0].id}"' in added
    assert "Remove tag hot" in added
    removed = markup(browser.post(path, TAG | {"is_added": "0"}))
    assert "Remove tag hot" not in removed


def test_a_row_shows_tags_lists_and_that_there_is_a_note(
    browser: Client, alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}/people/{people[0].id}"
    browser.post(f"{path}/label", TAG)
    browser.post(f"{path}/label", {"kind": "list", "name": "Pilot"})
    notes.write(membership=alice, result_id=people[0].id, note="<b>Bern", was="")
    for page in (f"/searches/{job.id}", "/prospects?decision=pending"):
        html = get(browser, page)
        assert 'title="Tag: hot"' in html
        assert 'title="List: Pilot"' in html
        assert 'title="&lt;b&gt;Bern"' in html


def test_what_a_page_missed_of_marks_is_told_as_its_rows_show_it(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    page = get(browser, f"/searches/{job.id}")
    (known,) = re.findall(r'data-marks="(\d+)"', page)
    browser.post(f"/searches/{job.id}/people/{people[0].id}/label", TAG)
    told = get(browser, f"/searches/{job.id}/marks?since={known}")
    row = get(browser, f"/searches/{job.id}").partition(f'id="p-{people[0].id}"')[2]
    shown = row.partition(f'<span class="row-marks" id="marks-{people[0].id}">')[2]
    assert re.split(r"</span>\s*</td>", shown)[0] in told
    assert str(people[1].id) not in told
    (log,) = re.findall(r'data-marks="(\d+)"', told)
    assert "row-marks" not in get(browser, f"/searches/{job.id}/marks?since={log}")


def test_all_matching_are_tagged_and_it_is_undone(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}"
    answer = browser.post(
        f"{path}/mark?degree=1&up_to_position=3", TAG | {"all": "1"}
    ).json()
    assert answer["changed"] == 2
    page = get(browser, f"{path}?tag=hot")
    assert "showing 2 of 3" in page
    assert re.search(r'name="tag" value="hot" checked', page)
    undone = browser.post(f"{path}/undo", {"undo_id": answer["undo_id"]}).json()
    assert undone["restored"] == 2


def test_a_list_is_a_facet_beside_the_tags(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}"
    ids = ",".join(str(one.id) for one in people[:2])
    browser.post(f"{path}/mark", {"kind": "list", "name": "Spring", "ids": ids})
    page = get(browser, f"{path}?list=Spring")
    assert names_in(page) == ["Ada Lovelace", "Bo Diddley"]
    assert "showing 2 of 3" in page
    assert re.search(r'name="list" value="Spring" checked.*>2</span>', page)
    assert "?decision=approved&amp;list=Spring" in page  # the tabs keep it


def test_all_matching_must_say_up_to_whom(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    response = browser.post(f"/searches/{job.id}/mark", TAG | {"all": "1"})
    assert response.status_code == 400
    assert not Label.objects.exists()


@pytest.mark.parametrize(
    "path", ["people/{person}/note", "people/{person}/label", "mark"]
)
def test_strangers_find_nothing_and_viewers_change_nothing(
    charlie: Membership,
    vera: Membership,
    job: SearchJob,
    people: list[SearchResult],
    path: str,
) -> None:
    address = f"/searches/{job.id}/{path.format(person=people[0].id)}"
    body = TAG | {"note": "x", "ids": str(people[0].id)}
    assert client_of(charlie).post(address, body).status_code == 404
    assert client_of(vera).post(address, body).status_code == 403
    assert not Prospect.objects.exists()


def test_the_review_ends_with_what_remains(
    browser: Client, vera: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    assert "What about the" in get(browser, f"/searches/{job.id}")
    assert "Finish review" not in get(client_of(vera), f"/searches/{job.id}")
