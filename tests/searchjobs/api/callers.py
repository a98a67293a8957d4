"""How tests call the API, and what they check of every refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import LinkedInAccount, Membership, Role, User, Workspace
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    UserFactory,
)

CREATE_JOB = "/api/linkedin/search/create-job"
RESULTS = "/api/linkedin/search/results"
JOBS = "/api/linkedin/search/jobs"


class Caller(APIClient):
    """A client that sends a token, and JSON."""

    def ask(self, path: str, **headers: str) -> Any:
        return self.get(path, headers=headers)

    def send(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.post(path, body, format="json", headers=headers)

    def send_raw(self, path: str, body: bytes | str, kind: str) -> Any:
        return self.generic("POST", path, body, content_type=kind)


def caller_for(user: User) -> Caller:
    token = tokens.issue(user, lifetime=timedelta(days=1))
    return Caller(
        raise_request_exception=False, headers={"Authorization": f"Token {token}"}
    )


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A member of a workspace with an account of their own."""

    membership: Membership
    account: LinkedInAccount
    client: Caller

    @property
    def user(self) -> User:
        return self.membership.user

    @property
    def workspace(self) -> Workspace:
        return self.membership.workspace


def colleague(workspace: Workspace, role: Role = Role.MEMBER) -> Colleague:
    user = UserFactory.create()
    return Colleague(
        membership=MembershipFactory.create(user=user, workspace=workspace, role=role),
        account=LinkedInAccountFactory.create(user=user, workspace=workspace),
        client=caller_for(user),
    )


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is an error in the contract's shape, and return it."""
    body: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, body.get("code")) == (status, code), body
    assert body["success"] is False
    assert body["error"]
    assert body["request_id"] == response.headers["X-Request-Id"]
    return body
