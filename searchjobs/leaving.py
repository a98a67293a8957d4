"""What becomes of a member's searches when they leave?

Everything stays in the workspace: their searches, the people found, the decisions, and
their LinkedIn accounts, for that is what the searches ran through. But a login is its
person's: from then on it asks for nobody. What runs through it is paused, and is not
resumed until they are a member again; colleagues run the search again with their own.
"""

from __future__ import annotations

import uuid
from functools import partial

from django.db import transaction

from accounts import members
from accounts.models import LinkedInAccount, Membership
from searchjobs import lifecycle, live, turns
from searchjobs.models import SearchJob
from searchjobs.states import ACTIVE


@transaction.atomic
def remove(*, by: Membership, user_id: uuid.UUID) -> None:
    """End a membership and pause what runs through their accounts, as `by`'s pause.

    Locks the workspace, then each account and its jobs, in id order. A page under way
    is still stored. Their open sockets end on commit.

    Raises: as `members.remove` does.
    """
    members.remove(by=by, user_id=user_id)
    left = LinkedInAccount.objects.filter(user_id=user_id, workspace_id=by.workspace_id)
    for account_id in left.order_by("id").values_list("id", flat=True):
        turns.lock(account_id)
        running = SearchJob.objects.filter(account_id=account_id, status__in=ACTIVE)
        for job_id in running.order_by("id").values_list("id", flat=True):
            lifecycle.pause(job_id, by.user)  # None: a person paused it before
    transaction.on_commit(partial(live.look_again, user_id), robust=True)
