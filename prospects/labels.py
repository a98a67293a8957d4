"""Tags and lists: named sets of a workspace's prospects.

Each change is one transaction on the workspace's floor, as a decision is, and can be
taken back: the log has who was really added or taken out, by which click.
"""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from accounts import memberships
from accounts.errors import NotFound, Refusal
from accounts.models import Membership
from prospects import actions, choices, identity
from prospects.actions import Action
from prospects.choices import Who
from prospects.models import Label, LabelKind

LONGEST_NAME = 60
MOST_LABELS = 500
MARKED = "prospects.marked"  # tags, lists and notes: a page asks what they are now


@dataclass(frozen=True, kw_only=True)
class LabelOutcome:
    """What a change did, in people; `undo_id` is None when nobody changed."""

    label: Label
    undo_id: uuid.UUID | None
    changed: int
    unchanged: int


def name_in(text: str) -> str:
    """Return a name as it is kept: one line, no spaces around.

    Raises:
        Refusal: invalid_request for none, a long one, or one that cannot be read.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name:
        raise Refusal("Give it a name.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(f"A name has up to {LONGEST_NAME} characters, all to be read.")
    return name


def make(*, membership: Membership, kind: LabelKind, name: str) -> Label:
    """Make a tag or a list, or return the one of that name, in whatever case.

    Raises:
        Refusal: permission_denied for a viewer; invalid_request for a name that cannot
            be, or when there are 500.
    """
    memberships.require_change(membership)
    with transaction.atomic():
        return _named(actions.begin(membership), kind, name_in(name))


def _named(action: Action, kind: LabelKind, name: str) -> Label:
    mine = Label.objects.filter(workspace=action.membership.workspace_id, kind=kind)
    label = mine.filter(name__iexact=name).first()
    if label is not None:
        return label
    if mine.count() >= MOST_LABELS:
        raise Refusal(f"There are {MOST_LABELS} already. Delete one first.")
    return Label.objects.create(
        workspace_id=action.membership.workspace_id,
        kind=kind,
        name=name,
        created_by_id=action.membership.user_id,
    )


def labels_of(membership: Membership) -> list[Label]:
    """Return the workspace's lists and tags, by name."""
    return list(_of(membership).order_by("kind", "name"))


def names_of(membership: Membership) -> dict[str, list[str]]:
    """Return the names of the workspace's `tags` and `lists`."""
    mine = labels_of(membership)
    return {
        f"{kind}s": [one.name for one in mine if one.kind == kind] for kind in LabelKind
    }


def rename(*, membership: Membership, label_id: uuid.UUID, name: str) -> None:
    """Rename a tag or list; its prospects stay.

    Raises:
        NotFound: label_not_found, also for another workspace's.
        Refusal: name_taken (409); permission_denied; invalid_request.
    """
    memberships.require_change(membership)
    try:
        with transaction.atomic():
            action = actions.begin(membership)
            found = _of(membership, label_id).update(name=name_in(name))
            if found:
                tell(action, label=label_id)
    except IntegrityError:
        raise Refusal(
            "Another one has this name.", code="name_taken", status=409
        ) from None
    if not found:
        raise _unknown()


def delete(*, membership: Membership, label_id: uuid.UUID) -> None:
    """Delete a tag or list; its prospects stay, with every decision.

    Raises:
        NotFound: label_not_found, also for another workspace's.
        Refusal: permission_denied for a viewer.
    """
    memberships.require_change(membership)
    with transaction.atomic():
        action = actions.begin(membership)
        with connection.cursor() as cursor:
            for statement in _DELETE:
                cursor.execute(statement, [membership.workspace_id, label_id])
            if not cursor.rowcount:
                raise _unknown()
        tell(action)


_DELETE = (
    """
    DELETE FROM prospect_label_entries e USING prospect_labels l
    WHERE l.id = e.label_id AND l.workspace_id = %s AND l.id = %s
    """,
    "DELETE FROM prospect_label_changes WHERE workspace_id = %s AND label_id = %s",
    "DELETE FROM prospect_labels WHERE workspace_id = %s AND id = %s",
)


def mark(
    *, membership: Membership, kind: LabelKind, name: str, is_added: bool, who: Who
) -> LabelOutcome:
    """Give the chosen a tag, or put them in a list; or take it away again.

    Raises:
        NotFound: label_not_found for taking away what is not there; as `decide`.
        Refusal: as `decide` and `make`.
    """
    memberships.require_change(membership)
    name = name_in(name)
    with transaction.atomic():
        action = actions.begin(membership)
        named = _of(membership).filter(kind=kind, name__iexact=name)
        if not is_added and not named.exists():
            raise _unknown()
        label = _named(action, kind, name)
        choice = choices.chosen(membership, who)
        people = choices.people_in(membership.workspace_id, choice)
        if is_added:
            identity.make_records(membership.workspace_id, people)
            identity.add_keys(membership.workspace_id, people)
        ids = [one.records[0].prospect_id for one in people if one.records]
        changed = _change(_ADD if is_added else _TAKE, action, label=label.id, ids=ids)
    return LabelOutcome(
        label=label,
        undo_id=action.id if changed else None,
        changed=changed,
        unchanged=len(people) - changed,
    )


def take_back(action: Action, undone: uuid.UUID) -> int | None:
    """Take a change back where nobody changed the same since; return for how many, or
    None when there was no such change. The caller has the floor."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_KNOWN, [action.membership.workspace_id, undone])
        if cursor.fetchone() is None:
            return None
    return _change(_TAKE_BACK, action, undoes=undone)


def tell(
    action: Action,
    *,
    label: uuid.UUID | None = None,
    prospect: uuid.UUID | None = None,
) -> None:
    """Log and tell that a note was written, or that a tag or list was renamed or
    deleted: all who may have it are then read anew."""
    _change(_SAY, action, label=label, prospect=prospect)


def _change(
    statement: str, action: Action, **what: uuid.UUID | list[uuid.UUID] | None
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**action.params, **what})
        changed: int = cursor.rowcount
    if changed:
        actions.tell(action, MARKED)
    return changed


_LOG = """
INSERT INTO prospect_label_changes
    (workspace_id, label_id, prospect_id, action, undoes, is_added, changed_by_id,
     changed_at)
"""
_ADD = f"""
WITH changed AS (
    INSERT INTO prospect_label_entries (label_id, prospect_id)
    SELECT %(label)s, id FROM unnest(%(ids)s::uuid[]) AS id
    ON CONFLICT (label_id, prospect_id) DO NOTHING
    RETURNING label_id, prospect_id
)
{_LOG}
SELECT %(workspace)s, label_id, prospect_id, %(action)s, NULL, true, %(by)s, %(at)s
FROM changed
"""
_TAKE = f"""
WITH changed AS (
    DELETE FROM prospect_label_entries
    WHERE label_id = %(label)s AND prospect_id = ANY(%(ids)s::uuid[])
    RETURNING label_id, prospect_id
)
{_LOG}
SELECT %(workspace)s, label_id, prospect_id, %(action)s, NULL, false, %(by)s, %(at)s
FROM changed
"""
_SAY = f"""
{_LOG}
VALUES (%(workspace)s, %(label)s, %(prospect)s, %(action)s, NULL, false, %(by)s, %(at)s)
"""
_IS_KNOWN = """
SELECT FROM prospect_label_changes
WHERE workspace_id = %s AND action = %s AND label_id IS NOT NULL
  AND prospect_id IS NOT NULL LIMIT 1
"""
_TAKE_BACK = f"""
WITH done AS (
    SELECT c.label_id, c.prospect_id, c.is_added FROM prospect_label_changes c
    WHERE c.workspace_id = %(workspace)s AND c.action = %(undoes)s AND NOT EXISTS (
        SELECT FROM prospect_label_changes l
        WHERE l.prospect_id = c.prospect_id AND l.label_id = c.label_id AND l.id > c.id
    )
), added AS (
    INSERT INTO prospect_label_entries (label_id, prospect_id)
    SELECT label_id, prospect_id FROM done WHERE NOT is_added
    ON CONFLICT (label_id, prospect_id) DO NOTHING
    RETURNING label_id, prospect_id
), taken AS (
    DELETE FROM prospect_label_entries e USING done
    WHERE done.is_added AND e.label_id = done.label_id
      AND e.prospect_id = done.prospect_id
    RETURNING e.label_id, e.prospect_id
)
{_LOG}
SELECT %(workspace)s, label_id, prospect_id, %(action)s, %(undoes)s, is_added, %(by)s,
       %(at)s
FROM (SELECT *, true AS is_added FROM added
      UNION ALL SELECT *, false FROM taken) AS changed
"""


def _of(membership: Membership, *label_ids: uuid.UUID) -> QuerySet[Label]:
    mine = Label.objects.filter(workspace_id=membership.workspace_id)
    return mine.filter(id__in=label_ids) if label_ids else mine


def _unknown() -> NotFound:
    return NotFound("There is no such tag or list.", code="label_not_found")
