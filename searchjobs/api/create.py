"""The original's create-job: POST queues a search, GET asks how it is doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from searchjobs import services
from searchjobs.api import answers, idempotency, requests, schema
from searchjobs.api.access import WorkspaceView


class CreateJobView(WorkspaceView):
    @extend_schema(
        operation_id="create_job",
        tags=schema.TAGS,
        summary="Queue a search",
        parameters=[schema.WORKSPACE, schema.IDEMPOTENCY_KEY],
        request=requests.CreateJob,
        responses=schema.answers(schema.Created, 400, 404, 413, 415, 422),
    )
    def post(self, request: Request) -> Response:
        wanted = requests.body_of(request, requests.CreateJob)
        key = idempotency.key_in(request.headers.get("Idempotency-Key"))
        membership = self.membership()
        do = _creation(membership, wanted)
        if key is None:
            return Response(do())
        answer = idempotency.once(
            user=membership.user,
            key=key,
            body_sha256=idempotency.fingerprint(
                str(membership.workspace_id), request.data
            ),
            do=do,
        )
        headers = {"Idempotent-Replayed": "true"} if answer.is_replayed else None
        return Response(answer.body, headers=headers)

    @extend_schema(
        operation_id="job_status",
        tags=schema.TAGS,
        summary="How a search is doing",
        parameters=[schema.WORKSPACE, schema.JOB_ID],
        responses=schema.answers(schema.JobAnswer, 400, 404),
    )
    def get(self, request: Request) -> Response:
        job = self.job(requests.job_id_in(request))
        return Response({"success": True, "job": answers.job(job)})


def _creation(
    membership: Membership, wanted: dict[str, Any]
) -> Callable[[], dict[str, Any]]:
    def do() -> dict[str, Any]:
        made = services.create(
            membership=membership,
            search_criteria=wanted["search_criteria"],
            search_type=wanted["search_type"],
            target_count=wanted["target_count"],
            account_id=wanted.get("account_id"),
            name=wanted.get("name") or "",
        )
        return answers.created(made, asked=wanted["target_count"])

    return do
