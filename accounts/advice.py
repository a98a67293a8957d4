"""What is a person to do about a login that is not in order?"""

from __future__ import annotations

from collections.abc import Mapping

from accounts.errors import Refusal
from accounts.models import AccountStatus, LinkedInAccount

_GOES_ON = "Its searches then go on where they stopped, by themselves."
_SIGN_IN = f"Reconnect it in Settings. {_GOES_ON}"

# Unipile's own word, where a request was refused with one.
_BY_REASON: Mapping[str, str] = {
    "multiple_sessions": "LinkedIn allows this account one session at a time. Sign it "
    f"out elsewhere (Recruiter, other tools), reconnect it in Settings. {_GOES_ON}",
    "checkpoint_error": "LinkedIn wants to know that it is you. Open LinkedIn, answer "
    f"what it asks, then reconnect it in Settings. {_GOES_ON}",
    "invalid_checkpoint_solution": "LinkedIn did not accept the code. Reconnect it "
    f"in Settings with a new one. {_GOES_ON}",
    "captcha_not_supported": "LinkedIn shows a picture puzzle. Sign in on LinkedIn in "
    f"your browser, solve it, then reconnect it in Settings. {_GOES_ON}",
    "invalid_credentials": "LinkedIn did not accept the password. Reconnect it "
    f"in Settings with the present one. {_GOES_ON}",
    "expired_credentials": "LinkedIn ended the session, as it does from time to time. "
    + _SIGN_IN,
    "wrong_account": "Somebody signed in there with another LinkedIn account. "
    "Reconnect this one in Settings with its own login. " + _GOES_ON,
    "invalid_proxy_credentials": "Unipile's proxy refuses this account. Ask your "
    f"administrator to correct it at Unipile. {_GOES_ON}",
    "action_required": "LinkedIn wants you to do something first. Open LinkedIn, do "
    f"what it asks, then reconnect it in Settings. {_GOES_ON}",
}
_BY_STATUS: Mapping[str, str] = {
    AccountStatus.CONNECTING: "The account is being connected. Its searches go on by "
    "themselves when that is done; there is nothing to do.",
    AccountStatus.CREDENTIALS: f"LinkedIn signed this account out. {_SIGN_IN}",
    AccountStatus.PERMISSIONS: "Unipile lacks a permission for this account. "
    + _SIGN_IN,
    AccountStatus.RESTRICTED: "LinkedIn restricts this account. Open LinkedIn, do what "
    f"it asks and leave the account alone for a while. {_GOES_ON}",
    AccountStatus.STOPPED: "Unipile stopped this account. Restart it there, or "
    f"reconnect it in Settings. {_GOES_ON}",
    AccountStatus.ERROR: "Unipile has trouble with this account. It is asked again by "
    f"itself; if it lasts, reconnect it in Settings. {_GOES_ON}",
    AccountStatus.DELETED: "The account was removed from Unipile. Connect it again in "
    "Settings, and run the search again with it; the people found are kept.",
}


def advice_for(account: LinkedInAccount) -> str | None:
    """Say to a salesperson what to do; None where the account is in order."""
    if account.status == AccountStatus.OK:
        return None
    return _BY_REASON.get(account.status_reason) or _BY_STATUS[account.status]


def no_account() -> Refusal:
    """Say that the caller has no login in order that could search."""
    return Refusal(
        "No active LinkedIn account found. Please connect your LinkedIn account first.",
        code="no_linkedin_account",
        action="connect_linkedin",
    )
