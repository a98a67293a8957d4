"""How Unipile says no: the problem bodies of its documentation."""

from __future__ import annotations

# Unipile's usual type for a status, where a fault names none.
USUAL_TYPES = {
    400: "invalid_parameters",
    401: "disconnected_account",
    403: "insufficient_permissions",
    404: "resource_not_found",
    408: "request_timeout",
    415: "unsupported_media_type",
    422: "unprocessable_entity",
    425: "auth_in_progress",
    429: "too_many_requests",
    500: "unexpected_error",
    501: "feature_not_implemented",
    503: "service_unavailable",
    504: "request_timeout",
}

_DETAILS = {
    "missing_credentials": "The API key is missing or wrong.",
    "disconnected_account": (
        "The account appears to be disconnected from the provider service."
    ),
    "multiple_sessions": "LinkedIn limits multiple sessions for this account.",
    "account_restricted": (
        "Access to this account has been restricted by the provider."
    ),
    "resource_not_found": "The requested resource does not exist.",
    "too_many_requests": (
        "The provider cannot accept any more requests at the moment. "
        "Please try again later."
    ),
    "no_client_session": "No client session is currently running.",
}

_TITLES = {"invalid_url": "Invalid URL"}


class Problem(Exception):
    """A request that Unipile would refuse, with the body it would answer."""

    def __init__(
        self,
        status: int,
        kind: str,
        *,
        detail: str | None = None,
        title: str | None = None,
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind.removeprefix("errors/")
        self.detail = detail or _DETAILS.get(self.kind)
        self.title = title

    def body(self) -> dict[str, object]:
        """Return the body; trouble of the server has no detail, as seen live."""
        usual = _TITLES.get(self.kind, self.kind.replace("_", " ").capitalize())
        body: dict[str, object] = {
            "status": self.status,
            "type": f"errors/{self.kind}",
            "title": self.title or usual,
        }
        if self.detail:
            body["detail"] = self.detail
        return body


def invalid(field: str, why: str) -> Problem:
    """Return the 400 that names the field."""
    return Problem(400, "invalid_parameters", detail=f"{field}: {why}")
