"""What is written of somebody, under the names that each import expects."""

from __future__ import annotations

import pytest

from accounts.models import Membership
from prospects import labels, services
from prospects.choices import Who
from prospects.directory import ProspectFilter
from prospects.exports import rows
from prospects.exports.columns import cell_of
from prospects.exports.files import Format, Whom
from prospects.exports.presets import Preset, heads_of
from prospects.filters import Shown
from prospects.models import LabelKind
from searchjobs.models import SearchJob
from tests.prospects.exports.reading import content_of, read_csv, read_jsonl
from tests.prospects.making import everybody, find


@pytest.fixture
def approved(alice: Membership, job: SearchJob) -> SearchJob:
    asked = {"title": "CEO", "company_headcount": ["C"], "network_distance": [1]}
    SearchJob.objects.filter(id=job.id).update(search_criteria=asked)
    positions = [{"role": "Advisor", "company": "Example Ltd"}, {"role": "CEO"}]
    ada = find(
        job,
        name="Ada Byron",
        firstName="Ada",
        lastName="Byron",
        title="Advisor",
        raw={"current_positions": positions},
    )
    services.decide(
        membership=alice, decision="approved", result_ids=[ada.id], note="Met"
    )
    return job


def test_a_generic_row_says_what_is_known_who_decided_and_why(
    approved: SearchJob,
) -> None:
    (row,) = read_csv(content_of(approved))
    assert row.pop("decided_at").endswith("Z")
    assert row.pop("found_at").endswith("Z")
    marks = {name: row.pop(name) for name in list(row) if name.startswith("match")}
    assert row == {
        "name": "Ada Byron",
        "first_name": "Ada",
        "last_name": "Byron",
        "title": "Advisor",
        "company": "Example Ltd",
        "headline": "Building things",
        "location": "Berlin, Germany",
        "industry": "Software",
        "degree": "2",
        "linkedin_url": "https://www.linkedin.com/in/ada",
        "anonymous": "no",
        "decision": "approved",
        "decided_by": "Alice",
        "note": "Met",
        "tags": "",
        "lists": "",
        "search": "Chiefs",
    }
    assert {name: value for name, value in marks.items() if value} == {
        "match": "41",
        "matched_position": "other current",
        "match_title": "yes",
        "match_company_headcount": "unknown",
        "match_network_distance": "no",
    }


@pytest.mark.parametrize(
    ("preset", "known"),
    [
        (
            Preset.HUBSPOT,
            {
                "First Name": "Ada",
                "Last Name": "Byron",
                "Job Title": "Advisor",
                "Company Name": "Example Ltd",
                "LinkedIn URL": "https://www.linkedin.com/in/ada",
                "Decision": "approved",
                "Decided by": "Alice",
                "Search": "Chiefs",
                "Match title": "yes",
            },
        ),
        (
            Preset.SALESFORCE,
            {
                "First Name": "Ada",
                "Last Name": "Byron",
                "Title": "Advisor",
                "Company": "Example Ltd",
                "Description": "Building things",
                "Decided by": "Alice",
            },
        ),
        (
            Preset.LEMLIST,
            {
                "firstName": "Ada",
                "lastName": "Byron",
                "companyName": "Example Ltd",
                "linkedinUrl": "https://www.linkedin.com/in/ada",
                "jobTitle": "Advisor",
                "decidedBy": "Alice",
                "matchCompanyHeadcount": "unknown",
            },
        ),
    ],
)
def test_an_import_finds_its_own_names(
    approved: SearchJob, preset: Preset, known: dict[str, str]
) -> None:
    (row,) = read_csv(content_of(approved, preset=preset))
    assert row.items() >= known.items()


def test_a_lead_has_the_last_name_and_company_that_salesforce_requires(
    job: SearchJob,
) -> None:
    find(job, name="Ada Byron", firstName=None, lastName=None, company=None)
    (row,) = read_csv(content_of(job, whom=Whom.ALL, preset=Preset.SALESFORCE))
    assert (row["First Name"], row["Last Name"]) == ("", "Ada Byron")
    assert row["Company"] == "[not provided]"


@pytest.mark.parametrize("preset", Preset)
def test_no_two_columns_share_a_name(preset: Preset) -> None:
    heads = [head for head, _ in heads_of(preset)]
    assert len(heads) == len(set(heads))


def test_an_anonymous_person_is_marked_so(job: SearchJob) -> None:
    find(job, name="LinkedIn member", flags=["anonymous"])
    (row,) = read_csv(content_of(job, whom=Whom.ALL))
    assert row["anonymous"] == "yes"


def test_json_lines_keep_values_as_they_are(approved: SearchJob) -> None:
    (row,) = read_jsonl(content_of(approved, file_format=Format.JSONL))
    assert row["degree"] == 2
    assert row["anonymous"] is False
    assert row["match_location"] is None
    assert row["decided_at"].endswith("Z")


@pytest.mark.parametrize("is_of_search", [True, False])
def test_tags_and_lists_are_columns_of_every_file(
    approved: SearchJob, alice: Membership, is_of_search: bool
) -> None:
    for kind, name in (("tag", "warm"), ("tag", "Bern"), ("list", "Spring")):
        labels.mark(
            membership=alice,
            kind=LabelKind(kind),
            name=name,
            is_added=True,
            who=Who(matching=everybody(approved)),
        )
    pieces = (
        rows.of_search(approved, decision=Shown.APPROVED)
        if is_of_search
        else rows.of_workspace(alice, ProspectFilter(decision=Shown.APPROVED))
    )
    (one,) = (one for piece in pieces for one in piece)
    values = {head: column.value(one) for head, column in heads_of(Preset.GENERIC)}
    assert (values["tags"], values["lists"]) == (("Bern", "warm"), ("Spring",))
    assert cell_of(values["tags"]) == "Bern | warm"


@pytest.mark.parametrize(
    "names",
    [("Bern", "a; b, c"), ("a|b", "c"), ("a | b", "|", "c |"), ("| a", "b ||"), ("",)],
    ids=["semicolons", "within", "alone", "at the ends", "empty"],
)
def test_names_that_share_a_cell_can_be_told_apart(names: tuple[str, ...]) -> None:
    cell = cell_of(names)
    assert isinstance(cell, str)
    assert tuple(each.replace("||", "|") for each in cell.split(" | ")) == names


def test_json_lines_hold_any_name(job: SearchJob) -> None:
    names = ["=1+1", "two\nlines", 'a "b", c', "مهندس", "👩🏽‍🚀", "\u2028"]
    for name in names:
        find(job, name=name)
    content = content_of(job, whom=Whom.ALL, file_format=Format.JSONL)
    assert [row["name"] for row in read_jsonl(content)] == names
