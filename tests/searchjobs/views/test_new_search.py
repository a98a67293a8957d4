"""The form of a new search, and its estimate."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from accounts.models import AccountStatus, LinkedInAccount
from searchjobs.models import SearchJob
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.markup import markup
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


FORM = {"mode": "filters", "title": " CEO ", "target_count": "250"}


def test_a_search_is_made_from_the_form(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    response = browser.post(
        "/searches/new",
        {
            **FORM,
            "account_id": str(account.id),
            "location": ["103644278", "103644278"],
            "label": ["LOCATION:103644278:United States"],
            "company_headcount": ["B", "C"],
            "network_distance": ["2"],
            "profile_language": "",
            "name": "  American   chiefs ",
        },
    )
    job = SearchJob.objects.get()
    assert response.headers["Location"] == f"/searches/{job.id}"
    assert job.name == "American chiefs"
    assert job.target_count == 250
    assert job.search_criteria == {
        "title": "CEO",
        "location": ["103644278"],
        "company_headcount": ["B", "C"],
        "network_distance": [2],
    }


def test_without_a_name_it_is_named_after_its_filters(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    chosen = {"location": "7", "label": "LOCATION:7:Germany", "seniority": "cxo"}
    browser.post("/searches/new", {**FORM, **chosen, "title": ""})
    assert SearchJob.objects.get().name == "Germany, CXO"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "fill in at least one filter"),
        ({"target_count": "many"}, "Give a whole number."),
        ({"target_count": "0"}, "Give a number from 1 to 1,000,000."),
        ({"location": "Berlin"}, "Each value must be LinkedIn"),
        ({"network_distance": "9"}, "Choose 1st, 2nd or 3rd+."),
        ({"profile_language": "english"}, "two letters, such as en"),
        ({"api": "recruiter"}, "has no Recruiter"),
        ({"account_id": "mine"}, "Choose one of your accounts."),
        ({"mode": "url", "url": "https://example.com"}, "not an address on linkedin"),
        ({"title": "C\x00O"}, "a character that is not text"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_stored(
    browser: Client,
    account: LinkedInAccount,
    sandbox: SandboxServer,
    change: dict[str, str],
    words: str,
) -> None:
    response = browser.post("/searches/new", {**FORM, **change})
    assert response.status_code == 400
    page = markup(response)
    assert words in page
    assert "The search was not started." in page
    assert not SearchJob.objects.exists()


def test_without_an_account_the_form_says_so(
    browser: Client, sandbox: SandboxServer
) -> None:
    page = markup(browser.get("/searches/new"))
    assert "You have no LinkedIn account here yet." in page
    refused = markup(browser.post("/searches/new", FORM))
    assert "No active LinkedIn account found." in refused


def test_a_lost_account_is_shown_and_cannot_be_chosen(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(status=AccountStatus.CREDENTIALS)
    page = markup(browser.get("/searches/new"))
    assert "Needs a new sign-in" in page
    assert re.search(r'name="account_id" disabled', page)


def test_run_again_fills_the_form_as_it_was(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    job = SearchJobFactory.create(
        account=account,
        target_count=420,
        search_criteria={"title": "CTO", "location": ["7"], "network_distance": [2]},
    )
    page = markup(browser.get(f"/searches/new?again={job.id}"))
    assert 'value="CTO"' in page
    assert 'value="420"' in page
    assert '<input type="hidden" name="location" value="7">' in page
    assert re.search(r'name="network_distance" value="2" checked', page)


def test_the_form_says_what_it_repeats_also_when_refused(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    job = SearchJobFactory.create(account=account, name="<b>Chiefs</b>")
    page = markup(browser.get(f"/searches/new?again={job.id}"))
    assert ">Run with changes: &lt;b&gt;Chiefs&lt;/b&gt;</h1>" in page
    repeats = {"repeats": job.name, "target_count": "many"}
    refused = markup(browser.post("/searches/new", {**FORM, **repeats}))
    assert ">Run with changes: &lt;b&gt;Chiefs&lt;/b&gt;</h1>" in refused


def test_a_colleague_s_search_is_run_again_by_one_s_own_account(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    theirs = LinkedInAccountFactory.create(workspace=account.workspace)
    job = SearchJobFactory.create(account=theirs)
    page = markup(browser.get(f"/searches/new?again={job.id}"))
    assert re.search(rf'value="{account.id}"[^>]* checked>', page)
    assert "Find 1,000 prospects" in page


def test_a_stranger_s_search_cannot_be_run_again(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create()
    assert browser.get(f"/searches/new?again={job.id}").status_code == 404


def test_the_estimate_counts_what_the_account_has_in_line(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(answer_seconds=0.5)
    alone = _estimate(browser)
    assert "3 pages of 84 people" in alone
    assert "about 6 s" in alone or "about 7 s" in alone
    SearchJobFactory.create(account=account, target_count=1000)
    assert _seconds(_estimate(browser)) > _seconds(alone)


def test_the_estimate_names_what_is_ignored_capped_and_over_quota(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(premium_features=[], daily_quota_classic=400)
    part = _estimate(
        browser, company_headcount="B", seniority="cxo", target_count="5000"
    )
    assert "Classic ignores company headcount and seniority." in part
    assert "Classic gives at most 1,000 people per search." in part
    assert "400 left today." in part


def test_the_estimate_says_what_is_missing(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    assert "fill in at least one filter" in _estimate(browser, title="")


def test_what_an_api_does_not_have_is_marked_before_it_is_filled_in(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(premium_features=[])
    page = markup(browser.get("/searches/new"))
    assert page.count("Classic has no such filter.") == 2


def test_what_would_be_ignored_is_marked_at_its_field(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    part = _estimate(browser, api="classic", seniority="cxo", title="")
    assert re.search(
        r'class="warn-line ignored" id="mark-seniority" hx-swap-oob="true">.*'
        r"Classic ignores seniority\. It will not be sent\.",
        part,
    )
    assert re.search(r'id="mark-network_distance" hx-swap-oob="true" hidden', part)


def test_what_is_applied_in_part_is_marked(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    page = markup(
        browser.post(
            "/searches/new/estimate",
            {**FORM, "api": "classic", "company": ["1441", "Acme"]},
            headers=HTMX,
        )
    )
    assert "Classic applies only a part of this." in page


def test_what_the_form_has_no_field_for_is_not_lost(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    """It was asked for by the API, and is run again by the page."""
    asked = {
        "title": "CEO",
        "company_headcount": [{"min": 1, "max": 1}, {"min": 51, "max": 500}, "C"],
        "seniority": ["strategic", "cxo"],
        "network_distance": [2, "GROUP"],
        "profile_language": ["en", "de"],
    }
    job = SearchJobFactory.create(account=account, search_criteria=asked)
    page = markup(browser.get(f"/searches/new?again={job.id}"))
    sent = {
        name: re.findall(rf'name="{name}" value="([^"]*)" checked', page)
        for name in ("company_headcount", "seniority", "network_distance")
    }
    sent["profile_language"] = re.findall(
        r'name="profile_language" value="([^"]*)"', page
    )
    browser.post("/searches/new", {**FORM, **sent})
    made = SearchJob.objects.exclude(id=job.id).get().search_criteria
    assert made.keys() == asked.keys()
    for key, values in asked.items():
        assert all(value in made[key] for value in values)


# --- a pasted address -----------------------------------------------------------------

GERMANS = (
    "https://www.linkedin.com/sales/search/people?query="
    "(keywords%3Aceo%2Cfilters%3AList((type%3AREGION%2Cvalues%3AList((id%3A101282230"
    "%2Ctext%3AGermany%2CselectionType%3AINCLUDED)))%2C(type%3AFUNCTION%2Cvalues%3A"
    "List((id%3A25%2Ctext%3ASales%2CselectionType%3AINCLUDED)))))"
)
PASTED = {"mode": "url", "url": GERMANS}


def test_a_pasted_address_is_shown_in_words(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    part = _estimate(browser, **PASTED)
    assert "Sales Navigator search." in part
    assert '<span class="trunc">Germany</span>' in part
    assert "function: Sales" in part
    assert "<dt>Criteria</dt><dd>ceo · Germany</dd>" in part


def test_a_pasted_address_is_taken_over_as_filters(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    form = {**FORM, **PASTED, "take_over": "1", "target_count": "77"}
    response = browser.post("/searches/new", form)
    page = markup(response)
    assert response.status_code == 200
    assert 'data-mode="filters"' in page
    assert 'name="keywords" value="ceo"' in page
    assert 'name="label" value="LOCATION:101282230:Germany"' in page
    assert 'value="77"' in page
    assert not SearchJob.objects.exists()


def test_filters_stand_beside_a_refused_address(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    form = {
        **FORM,
        "mode": "url",
        "url": "https://example.com",
        "location": "101282230",
    }
    response = browser.post("/searches/new", form)
    page = markup(response)
    assert response.status_code == 400
    assert 'data-mode="url"' in page
    assert 'name="title" value="CEO"' in page
    assert 'name="location" value="101282230"' in page


def test_an_address_in_no_one_s_words_is_not_taken_for_html(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    part = _estimate(browser, mode="url", url=GERMANS.replace("Germany", "<script>"))
    assert "<script>" not in part


# --- the preview ----------------------------------------------------------------------


def test_a_preview_says_how_many_and_who(
    browser: Client, known: LinkedInAccount
) -> None:
    part = _preview(browser)
    assert re.search(r"<b>[\d,]+ match</b>", part)
    assert part.count("<li>") == 10
    assert part.index("The check took 10 of today’s quota") < part.index("<li>")
    assert re.search(r'name="available" value="\d+"', part)
    assert not SearchJob.objects.exists()


def test_after_a_preview_the_estimate_is_for_those_who_are_there(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    part = _estimate(browser, available="29")
    assert "1 page of 84 people" in part
    assert "Find 29 prospects" in part


def test_fewer_than_asked_for_is_said_with_what_to_do(
    browser: Client, known: LinkedInAccount
) -> None:
    part = _preview(browser, first_name="Mira", target_count="1800")
    assert "You asked for 1,800. Loosen a filter to reach more." in part
    assert "You asked for" not in _preview(browser, target_count="1")


def test_where_nobody_matches_nothing_is_estimated(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    part = _estimate(browser, available="0")
    assert "<b>Nothing to fetch</b>" in part
    assert "page" not in part.split("</div>")[0]


def test_nobody_matches(browser: Client, known: LinkedInAccount) -> None:
    part = _preview(browser, title="zzzzzzz")
    assert "Nobody matches" in part
    assert "<li>" not in part
    assert 'several with OR: CTO OR "Chief Technology Officer".' in part


def test_who_gave_several_titles_or_none_is_told_of_filters_alone(
    browser: Client, known: LinkedInAccount
) -> None:
    for change in ({"title": "zzzz OR yyyy"}, {"title": "", "keywords": "zzzzzzz"}):
        part = _preview(browser, **change)
        assert "Loosen a filter, or take one out." in part
        assert "OR" not in part


def test_the_title_s_hint_says_that_or_and_quotes_work(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    page = markup(browser.get("/searches/new"))
    assert re.search(r'name="title" [^>]*aria-describedby="f-title-hint"', page)
    assert 'id="f-title-hint">OR and quotes work: CTO OR "VP Engineering".' in page


def test_criteria_are_told_apart_and_places_are_joined_by_or(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    part = markup(
        browser.post(
            "/searches/new/estimate",
            {
                **FORM,
                "location": ["1", "2"],
                "label": ["LOCATION:1:Berlin, Germany", "LOCATION:2:Germany"],
            },
            headers=HTMX,
        )
    )
    assert "<dd>CEO · Berlin, Germany or Germany</dd>" in part


def test_a_preview_of_an_empty_form_says_what_is_missing(
    browser: Client, known: LinkedInAccount, sandbox: SandboxServer
) -> None:
    assert "fill in at least one filter" in _preview(browser, title="")
    assert sandbox.requests() == []


def test_while_the_account_is_busy_the_page_asks_again_by_itself(
    browser: Client, known: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(next_turn_at=Now() + timedelta(seconds=8))
    part = _preview(browser)
    assert "busy with a search" in part
    assert re.search(r"Asks again by itself in [78] s\.", part)
    assert re.search(r'hx-trigger="load delay:[78]s"', part)
    assert sandbox.requests() == []


def test_it_asks_again_only_so_often(browser: Client, known: LinkedInAccount) -> None:
    LinkedInAccount.objects.update(next_turn_at=Now() + timedelta(seconds=8))
    assert "Asks again" in _preview(browser, tried=["1"] * 3)
    assert "Asks again" not in _preview(browser, tried=["1"] * 4)


def test_a_long_wait_is_said_and_left_to_the_person(
    browser: Client, known: LinkedInAccount
) -> None:
    LinkedInAccount.objects.update(
        next_turn_at=Now() + timedelta(hours=1), wait_reason="rate_limited"
    )
    part = _preview(browser)
    assert re.search(
        r'waits until <time datetime="[^"]+Z" data-clock>[^<]+</time>: '
        r"LinkedIn asked it to slow down",
        part,
    )
    assert "Asks again" not in part


def test_a_colleague_s_account_cannot_be_previewed_with(
    browser: Client, known: LinkedInAccount, sandbox: SandboxServer
) -> None:
    theirs = LinkedInAccountFactory.create(workspace=known.workspace)
    assert "account not found" in _preview(browser, account_id=str(theirs.id))
    assert sandbox.requests() == []


def _preview(browser: Client, **change: object) -> str:
    response = browser.post("/searches/new/preview", {**FORM, **change}, headers=HTMX)
    assert response.status_code == 200
    return markup(response)


def test_what_a_check_takes_is_said_at_its_button(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    page = markup(browser.get("/searches/new"))
    assert re.search(r'id="look" [^>]*aria-describedby="look-cost"', page)
    assert "Receives up to 10 people. Nobody is stored." in page
    assert "Takes up to 10 of today’s quota; 2,500 left." in _estimate(browser)


def test_without_a_daily_limit_no_quota_is_spoken_of(
    browser: Client, known: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_DAILY_QUOTA = dict.fromkeys(settings.SEARCH_DAILY_QUOTA, 0)
    parts = [
        markup(browser.get("/searches/new")),
        _estimate(browser),
        _preview(browser),
        _preview(browser, title="zzzzzzz"),
    ]
    assert not any("quota" in part for part in parts)
    assert "no daily limit" in parts[0]
    assert "up to 10 people; this account has no daily limit." in parts[1]
    assert "The check received 10 people." in parts[2]


def test_an_estimate_stores_nothing(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    _estimate(browser)
    assert not SearchJob.objects.exists()
    assert sandbox.requests() == []


def _estimate(browser: Client, **change: str) -> str:
    response = browser.post("/searches/new/estimate", {**FORM, **change}, headers=HTMX)
    assert response.status_code == 200
    return markup(response)


def _seconds(part: str) -> int:
    found = re.search(r"<b>about (\d+) s</b>", part)
    assert found is not None
    return int(found[1])
