"""The searches a workspace keeps."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.errors import NotFound, Refusal
from accounts.models import Membership, Role
from searchjobs import saved
from searchjobs.models import SavedSearch
from tests.factories import MembershipFactory, SavedSearchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    return MembershipFactory.create()


def keep(member: Membership, **change: Any) -> SavedSearch:
    asked: dict[str, Any] = {
        "name": "Chiefs",
        "search_criteria": {"title": "CEO", "location": ["7"]},
        "id_names": [["LOCATION", "7", "Germany"]],
        "target_count": 500,
    }
    return saved.save(membership=member, **asked | change)


def fields_of(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return list(refused.value.details["fields"])


def test_a_search_is_kept_as_it_was_asked(member: Membership) -> None:
    keep(member)
    [kept] = saved.saved_of(member)
    assert kept.search_criteria == {"title": "CEO", "location": ["7"]}
    assert kept.id_names == [["LOCATION", "7", "Germany"]]
    assert (kept.target_count, kept.saved_by) == (500, member.user)


def test_a_colleague_finds_it_and_a_stranger_does_not(member: Membership) -> None:
    kept = keep(member)
    colleague = MembershipFactory.create(workspace=member.workspace)
    stranger = MembershipFactory.create()
    assert saved.saved_of(colleague) == [kept]
    assert saved.one_of(colleague, kept.id) == kept
    assert saved.saved_of(stranger) == []
    with pytest.raises(NotFound):
        saved.one_of(stranger, kept.id)


def test_a_name_is_given_once_whatever_its_case(member: Membership) -> None:
    keep(member)
    with pytest.raises(Refusal) as refused:
        keep(member, name="CHIEFS")
    assert fields_of(refused) == ["name"]
    keep(MembershipFactory.create(), name="Chiefs")  # elsewhere it is free


def test_an_opened_one_takes_changes_under_its_own_name(member: Membership) -> None:
    kept = keep(member)
    changed = keep(member, search_criteria={"title": "CTO"}, instead_of=kept.id)
    assert (changed.id, changed.search_criteria) == (kept.id, {"title": "CTO"})
    assert SavedSearch.objects.count() == 1


def test_an_opened_one_under_another_name_is_a_new_one(member: Membership) -> None:
    kept = keep(member)
    keep(member, name="Others", search_criteria={"title": "CTO"}, instead_of=kept.id)
    kept.refresh_from_db()
    assert kept.search_criteria["title"] == "CEO"
    assert SavedSearch.objects.count() == 2


def test_a_stranger_s_search_is_never_replaced(member: Membership) -> None:
    theirs = keep(MembershipFactory.create())
    keep(member, search_criteria={"title": "CTO"}, instead_of=theirs.id)
    theirs.refresh_from_db()
    assert theirs.search_criteria["title"] == "CEO"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"search_criteria": {"titel": "CEO"}}, "search_criteria.titel"),
        ({"target_count": 0}, "target_count"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "C\x00O"}, "name"),
    ],
)
def test_what_is_wrong_is_not_kept(
    member: Membership, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        keep(member, **change)
    assert fields_of(refused) == [field]
    assert not SavedSearch.objects.exists()


def test_a_workspace_keeps_only_so_many(
    member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_SAVED", 1)
    keep(member)
    with pytest.raises(Refusal, match="at most 1 searches"):
        keep(member, name="Another")


def test_it_is_renamed_but_not_to_another_s_name(member: Membership) -> None:
    kept, other = keep(member), keep(member, name="Other")
    saved.rename(kept, "Bosses", by=member)
    kept.refresh_from_db()
    assert kept.name == "Bosses"
    with pytest.raises(Refusal):
        saved.rename(kept, "other", by=member)
    saved.delete(other, by=member)
    saved.rename(kept, "Other", by=member)


def test_a_viewer_changes_nothing() -> None:
    viewer = MembershipFactory.create(role=Role.VIEWER)
    kept = SavedSearchFactory.create(workspace=viewer.workspace)
    with pytest.raises(Refusal):
        keep(viewer)
    with pytest.raises(Refusal):
        saved.rename(kept, "Mine", by=viewer)
    with pytest.raises(Refusal):
        saved.delete(kept, by=viewer)
    assert saved.saved_of(viewer) == [kept]


def test_it_outlives_who_saved_it(member: Membership) -> None:
    kept = keep(member)
    member.user.delete()
    kept.refresh_from_db()
    assert kept.saved_by is None
