"""What can go wrong with Unipile, arranged by what the caller should do.

UnipileError
 ├─ BackOff              the account as a whole waits and asks again; no job is at fault
 │   ├─ RateLimited      429
 │   ├─ ProviderDown     408, 502, 503, 504 and every other 5xx but 500 and 501
 │   └─ NetworkTrouble   no connection, past the deadline, or a body that stopped short
 ├─ CommercialUseLimit   LinkedIn's monthly limit, as any status: one api waits for days
 ├─ JobTrouble           this job waits and asks again; a few in a row and it has failed
 │   ├─ ServerError      500: LinkedIn's limits answer 429 or 500
 │   └─ UnreadableAnswer a complete answer that is not what Unipile documents
 ├─ NeedsPerson          401 of the account, 403 restricted: somebody must sign in
 └─ GiveUp               asking again cannot help: the key, the seat, the filters
     └─ BadRequest       400; sent with a cursor it means that the cursor is lost

425 (a sign-in under way) is a plain BackOff. Any of them may say, in words, that the
search shows no more people (`says_ceiling`): near its ceiling that is its end. Nothing
here holds the API key.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

LONGEST_WORD = 60
AccountTrouble = Literal["credentials", "restricted"]

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "rate_limited": (
            "LinkedIn asks this account to slow down. The search goes on by itself."
        ),
        "commercial_use_limit": (
            "LinkedIn's monthly limit for searches without a paid plan is used up. "
            "Use an account with Sales Navigator, or wait: the search is tried again "
            "by itself, each time later, until LinkedIn begins a new month."
        ),
        "provider_down": (
            "Unipile or LinkedIn does not answer now. The search goes on by itself."
        ),
        "sign_in_under_way": (
            "The LinkedIn account is being connected. The search goes on by itself."
        ),
        "network_trouble": (
            "Unipile could not be reached. The search goes on by itself."
        ),
        "unipile_server_error": (
            "Unipile or LinkedIn failed to answer this search. Retry it later; "
            "if it fails again, try fewer or simpler filters."
        ),
        "unreadable_answer": (
            "Unipile's answer could not be understood. Retry the search later; "
            "if it fails again, tell your administrator."
        ),
        "account_disconnected": (
            "The LinkedIn account is disconnected. Reconnect it in Settings, and "
            "the search goes on where it stopped."
        ),
        "account_restricted": (
            "LinkedIn restricts this account. Open LinkedIn, do what it asks, then "
            "reconnect the account in Settings; the search goes on where it stopped."
        ),
        "unipile_unauthorized": (
            "Unipile does not accept the API key. Ask your administrator to check "
            "UNIPILE_API_KEY and UNIPILE_DSN, then retry the search."
        ),
        "unipile_forbidden": (
            "Unipile does not allow this search. Ask your administrator what the "
            "API key and the LinkedIn account may do."
        ),
        "feature_not_subscribed": (
            "This LinkedIn account has no subscription for this kind of search. "
            "Choose another account, or a search its plan includes."
        ),
        "unipile_bad_request": (
            "Unipile does not accept these filters. Change the search and run it again."
        ),
        "unipile_not_found": (
            "Unipile does not know this LinkedIn account any more. Connect it again "
            "in Settings, then run the search again."
        ),
        "unipile_unprocessable": (
            "LinkedIn cannot carry out this search. Change its filters and run it "
            "again."
        ),
        "unipile_not_implemented": (
            "Unipile does not offer this kind of search. Choose another kind."
        ),
        "unipile_redirected": (
            "Unipile's address leads to another server. Ask your administrator to "
            "check UNIPILE_DSN."
        ),
        "unipile_refused": (
            "Unipile refused this search. Retry it later; if it is refused again, "
            "tell your administrator."
        ),
    }
)


class UnipileError(Exception):
    """A request that brought nothing usable; str() is fit to be stored and shown.

    `code` is stable and a key of ADVICE; `type`, `title` and `detail` are Unipile's own
    words (`errors/disconnected_account`, …), None where it gave none.
    Source: https://developer.unipile.com, the error body of every endpoint.
    """

    says_ceiling = False

    def __init__(
        self,
        *,
        code: str,
        status: int | None = None,
        type: str | None = None,
        title: str | None = None,
        detail: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.code = code
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.retry_after_s = retry_after_s
        super().__init__(self._message())

    @property
    def word(self) -> str:
        """Return the type without its prefix, '' where there is none."""
        return (self.type or "").rpartition("/")[2][:LONGEST_WORD]

    @property
    def advice(self) -> str:
        """Say to a salesperson what to do."""
        return ADVICE[self.code]

    def _message(self) -> str:
        said = ": ".join(part for part in (self.title, self.detail) if part)
        if self.status is None:
            return said or ADVICE[self.code]
        return f"Unipile API error: {self.status} {said}".rstrip()


class BackOff(UnipileError):
    """The account is to be left alone for a while: `retry_after_s` if Unipile said."""


class RateLimited(BackOff):
    """Too many requests, says Unipile or LinkedIn."""


class ProviderDown(BackOff):
    """Unipile or LinkedIn is out of order for everybody."""


class NetworkTrouble(BackOff):
    """No answer, or not the whole of it; whether the request arrived is unknown."""


class CommercialUseLimit(UnipileError):
    """LinkedIn lets this account search no more this month, without a paid plan."""


class JobTrouble(UnipileError):
    """This very request fails; others may be answered well."""


class ServerError(JobTrouble):
    """HTTP 500, which may also be LinkedIn's way to limit an account."""


class UnreadableAnswer(JobTrouble):
    """The whole answer arrived with a 2xx, and is not what is documented."""


class NeedsPerson(UnipileError):
    """Nothing works on this account until somebody signs in on LinkedIn again."""

    def __init__(
        self,
        *,
        account_status: AccountTrouble,
        code: str,
        status: int | None = None,
        type: str | None = None,
        title: str | None = None,
        detail: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.account_status = account_status
        super().__init__(
            code=code,
            status=status,
            type=type,
            title=title,
            detail=detail,
            retry_after_s=retry_after_s,
        )


class GiveUp(UnipileError):
    """Asking the same again cannot succeed."""


class BadRequest(GiveUp):
    """HTTP 400: filters that Unipile rejects, or a cursor it no longer accepts."""
