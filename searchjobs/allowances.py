"""How many people may an account receive a day? Who leads the workspace says so."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.errors import Refusal
from accounts.models import LinkedInAccount, Membership
from searchjobs import line

LEAST, MOST = 50, 10_000  # a page of classic; above, LinkedIn looks twice


def read(form: Mapping[str, str], account: LinkedInAccount) -> dict[str, int | None]:
    """Read what somebody filled in, by column; empty is the setting, and what
    stands may stay, also 0 (no limit).

    Raises:
        Refusal: invalid_request with `fields`.
    """
    columns: dict[str, int | None] = {}
    wrong: dict[str, str] = {}
    for api in account.apis:
        column = f"daily_quota_{api}"
        text = form.get(column, "").strip()
        is_number = text.isascii() and text.isdigit() and len(text) < 9
        if not text:
            columns[column] = None
        elif is_number and (
            LEAST <= int(text) <= MOST or int(text) == getattr(account, column)
        ):
            columns[column] = int(text)
        else:
            wrong[column] = f"Give a number from {LEAST} to {MOST:,}, or nothing."
    if wrong:
        raise Refusal(next(iter(wrong.values())), fields=wrong)
    return columns


def change(
    account: LinkedInAccount, columns: Mapping[str, int | None], *, by: Membership
) -> None:
    """Set an account's daily quotas; searches that wait for them are judged anew.

    Raises:
        Refusal: permission_denied for who does not lead the workspace.
    """
    if not by.leads:
        raise Refusal(
            "Only owners and admins change daily quotas.",
            code="permission_denied",
            status=403,
        )
    LinkedInAccount.objects.filter(id=account.id).update(**columns)
    line.look_at_quotas_again(account.id)
