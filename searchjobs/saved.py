"""The searches that a workspace keeps: save, rename, delete, and find them again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts import memberships
from accounts.errors import NotFound, Refusal
from accounts.models import Membership
from searchjobs.models import SavedSearch
from searchjobs.planning import require_valid
from searchjobs.services import LONGEST_NAME

MOST_SAVED = 200

IdNames = Sequence[Sequence[str]]  # [[type, id, name]]


def saved_of(membership: Membership) -> list[SavedSearch]:
    """Return what the workspace keeps, by name."""
    kept = SavedSearch.objects.filter(workspace_id=membership.workspace_id)
    return list(kept.select_related("saved_by").order_by("name", "id"))


def one_of(membership: Membership, saved_id: uuid.UUID) -> SavedSearch:
    """Return one that the workspace keeps.

    Raises:
        NotFound: saved_search_not_found, also for another workspace's.
    """
    kept = SavedSearch.objects.filter(
        workspace_id=membership.workspace_id, id=saved_id
    ).first()
    if kept is None:
        raise NotFound("Saved search not found", code="saved_search_not_found")
    return kept


def save(
    *,
    membership: Membership,
    name: str,
    search_criteria: Mapping[str, Any],
    id_names: IdNames,
    target_count: int,
    instead_of: uuid.UUID | None = None,
) -> SavedSearch:
    """Keep a search; under its own name it takes the place of `instead_of`.

    Raises:
        Refusal: invalid_request with `fields`, also for a name that another has.
    """
    memberships.require_change(membership)
    require_valid(search_criteria, target_count)
    _require_name(name)
    content = {
        "search_criteria": dict(search_criteria),
        "id_names": [list(each) for each in id_names],
        "target_count": target_count,
        "saved_by": membership.user,
    }
    kept = SavedSearch.objects.filter(workspace_id=membership.workspace_id)
    same = kept.filter(name=name, id=instead_of or uuid.UUID(int=0))
    if same.update(**content, saved_at=Now()):
        return same.get()
    if kept.count() >= MOST_SAVED:
        raise Refusal(
            f"A workspace keeps at most {MOST_SAVED} searches. Delete one first."
        )
    try:
        with transaction.atomic():
            return SavedSearch.objects.create(
                workspace_id=membership.workspace_id, name=name, **content
            )
    except IntegrityError:
        raise _name_is_taken() from None


def rename(saved: SavedSearch, name: str, *, by: Membership) -> None:
    """Raises: as `save` does."""
    memberships.require_change(by)
    _require_name(name)
    try:
        with transaction.atomic():
            SavedSearch.objects.filter(id=saved.id).update(name=name)
    except IntegrityError:
        raise _name_is_taken() from None


def delete(saved: SavedSearch, *, by: Membership) -> None:
    """Forget a saved search; searches that were run from it stay."""
    memberships.require_change(by)
    saved.delete()


def _require_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or "\x00" in name:
        raise Refusal("Give it a name.", fields={"name": "Give it a name."})


def _name_is_taken() -> Refusal:
    why = "A search is saved under that name already. Choose another name."
    return Refusal(why, fields={"name": why})
