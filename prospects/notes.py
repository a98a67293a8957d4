"""Notes on people: one text each, by whom and when it was written last."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts import memberships
from accounts.errors import Refusal
from accounts.models import Membership
from prospects import actions, choices, identity, labels
from prospects.choices import Who
from prospects.models import Prospect

LONGEST_NOTE = 10_000


def write(*, membership: Membership, result_id: uuid.UUID, note: str, was: str) -> None:
    """Replace the note on the person of a result, which was `was` when it was read.

    Raises:
        Refusal: note_changed (409) when a colleague wrote it meanwhile; as `decide`.
    """
    memberships.require_change(membership)
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise Refusal(f"A note has up to {LONGEST_NOTE:,} characters.")
    workspace_id = membership.workspace_id
    with transaction.atomic():
        action = actions.begin(membership)
        choice = choices.chosen(membership, Who(result_ids=[result_id]))
        people = choices.people_in(workspace_id, choice)
        identity.make_records(workspace_id, people)
        identity.add_keys(workspace_id, people)
        (prospect_id,) = (one.records[0].prospect_id for one in people)
        now = Prospect.objects.select_related("note_by").get(id=prospect_id)
        if now.note not in (was, note):
            by = now.note_by.get_full_name() if now.note_by else "Somebody"
            raise Refusal(
                f"{by} changed this note meanwhile; yours was not saved: “{now.note}”.",
                code="note_changed",
                status=409,
            )
        if now.note != note:
            identity.write_note(people, note, by=membership.user_id, at=action.at)
            labels.tell(action, prospect=prospect_id)
