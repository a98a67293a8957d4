"""On every address of the API: who is nobody, a stranger or a viewer gets nothing more.

The addresses are read off the URL configuration: a new one without a case here fails.
"""

from __future__ import annotations

import re
import uuid
from typing import Any, NamedTuple

import pytest
from django.test import Client

from accounts import hosted, webhooks
from searchjobs.api.urls import urlpatterns
from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory
from tests.searchjobs.api.callers import Caller, Colleague, refused

SEARCH = "linkedin/search"
ANY = {"search_criteria": {}}


class Case(NamedTuple):
    """How to call an address; `needs` is what it takes beyond being signed in."""

    method: str
    path: str
    query: str = ""
    body: Any = None
    needs: str = "workspace"  # job, change (of a job), create, admin


CASES = (
    Case("POST", f"{SEARCH}/create-job", body=ANY, needs="create"),
    Case("POST", f"{SEARCH}/preview", body=ANY, needs="create"),
    Case("GET", f"{SEARCH}/create-job", "?job_id={job}", needs="job"),
    Case("GET", f"{SEARCH}/results", "?job_id={job}", needs="job"),
    Case("GET", f"{SEARCH}/parameters", "?type=LOCATION&keywords=x"),
    Case("GET", f"{SEARCH}/jobs"),
    Case("GET", f"{SEARCH}/jobs/<str:job_id>", needs="job"),
    Case("DELETE", f"{SEARCH}/jobs/<str:job_id>", needs="change"),
    Case("GET", f"{SEARCH}/jobs/<str:job_id>/events", needs="job"),
    Case("POST", f"{SEARCH}/jobs/<str:job_id>/<str:move>", needs="change"),
    Case("GET", "linkedin/accounts"),
    Case("POST", "linkedin/accounts/connect", needs="create"),
    Case("POST", "linkedin/accounts/<str:account_id>/reconnect", needs="create"),
    Case("POST", "linkedin/accounts/<str:account_id>/sync", needs="create"),
    Case("POST", "admin/setup-search-jobs-tables", needs="admin"),
)


# Nobody's but Unipile's, and of no workspace: test_webhooks.py, test_hosted.py.
WEBHOOKS = {path.removeprefix("/api/") for path in (webhooks.PATH, hosted.PATH)}


def call(client: Client, case: Case, job_id: object, **headers: str) -> Any:
    path = case.path.replace("<str:job_id>", str(job_id)).replace("<str:move>", "pause")
    path = path.replace("<str:account_id>", str(uuid.uuid4()))
    return client.generic(
        case.method,
        f"/api/{path}{case.query.format(job=job_id)}",
        '{"search_criteria": {}}' if case.body else "",
        content_type="application/json" if case.body else "",
        headers=headers,
    )


@pytest.fixture
def job(alice: Colleague) -> SearchJob:
    return SearchJobFactory.create(account=alice.account)


def needing(*needs: str) -> Any:
    cases = [case for case in CASES if case.needs in needs]
    return pytest.mark.parametrize(
        "case", cases, ids=[f"{case.method} {case.path}" for case in cases]
    )


def test_every_address_has_a_case() -> None:
    shown = {str(pattern.pattern) for pattern in urlpatterns} - WEBHOOKS
    assert shown == {case.path for case in CASES}


def test_every_method_has_a_case() -> None:
    for pattern in urlpatterns:
        if str(pattern.pattern) in WEBHOOKS:
            continue
        view = pattern.callback.view_class  # type: ignore[union-attr]  # a DRF view
        methods = {
            name.upper()
            for name in ("get", "post", "put", "patch", "delete")
            if hasattr(view, name)
        }
        cases = [case for case in CASES if case.path == str(pattern.pattern)]
        assert methods == {case.method for case in cases}, pattern


@needing("workspace", "job", "change", "create", "admin")
@pytest.mark.parametrize(
    "authorization", ["", "Token", "Token x", "Token \xff", "Token a b", "Bearer x"]
)
def test_who_is_nobody_must_sign_in(
    job: SearchJob, case: Case, authorization: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    response = call(Caller(raise_request_exception=False), case, job.id, **headers)
    refused(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Token"


@needing("job", "change")
def test_a_stranger_reads_what_an_unknown_id_reads(
    job: SearchJob, stranger: Colleague, case: Case
) -> None:
    anothers = refused(call(stranger.client, case, job.id), 404, "job_not_found")
    unknown = refused(call(stranger.client, case, uuid.uuid4()), 404, "job_not_found")
    assert anothers | {"request_id": ""} == unknown | {"request_id": ""}


@needing("job", "change")
def test_a_stranger_who_names_the_workspace_reads_the_same(
    job: SearchJob, stranger: Colleague, case: Case
) -> None:
    named = {"X-Workspace-Id": str(job.workspace_id)}
    refused(call(stranger.client, case, job.id, **named), 404, "job_not_found")


@needing("workspace", "create")
def test_a_stranger_finds_no_such_workspace(
    job: SearchJob, stranger: Colleague, case: Case
) -> None:
    named = {"X-Workspace-Id": str(job.workspace_id)}
    refused(call(stranger.client, case, job.id, **named), 404, "workspace_not_found")


@needing("workspace", "create")
def test_who_belongs_to_no_workspace_finds_none(
    job: SearchJob, stranger: Colleague, case: Case
) -> None:
    stranger.membership.delete()
    refused(call(stranger.client, case, job.id), 404, "workspace_not_found")


@needing("change", "create")
def test_a_viewer_changes_nothing(
    job: SearchJob, viewer: Colleague, case: Case
) -> None:
    refused(call(viewer.client, case, job.id), 403, "permission_denied")
    job.refresh_from_db()
    assert (job.status, SearchJob.objects.count()) == ("queued", 1)


@needing("job")
def test_a_viewer_may_look(job: SearchJob, viewer: Colleague, case: Case) -> None:
    assert call(viewer.client, case, job.id).status_code == 200


@needing("job", "change")
def test_who_left_the_workspace_finds_nothing(
    job: SearchJob, alice: Colleague, case: Case
) -> None:
    alice.membership.delete()
    refused(call(alice.client, case, job.id), 404, "job_not_found")


@pytest.mark.parametrize(
    "case", [case for case in CASES if "<str:job_id>" in case.path], ids=str
)
def test_an_id_that_is_no_uuid_is_a_400(alice: Colleague, case: Case) -> None:
    answer = refused(call(alice.client, case, "no-uuid"), 400, "invalid_request")
    assert list(answer["fields"]) == ["job_id"]


def test_no_answer_is_redirected_to_a_slash(alice: Colleague) -> None:
    for case in CASES:
        path = re.sub(r"<[^>]+>", "x", case.path)
        refused(alice.client.ask(f"/api/{path}/"), 404, "not_found")
