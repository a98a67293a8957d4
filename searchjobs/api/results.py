"""The people that a search found, by page or by keyset."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from searchjobs import listings
from searchjobs.api import requests, schema
from searchjobs.api.access import WorkspaceView
from searchjobs.models import SearchJob


class ResultsView(WorkspaceView):
    @extend_schema(
        operation_id="list_results",
        tags=schema.TAGS,
        summary="The people a search found, also while it runs",
        parameters=[schema.WORKSPACE, schema.JOB_ID, requests.ResultsQuery],
        responses=schema.answers(schema.ResultsAnswer, 400, 404),
    )
    def get(self, request: Request) -> Response:
        job_id = requests.job_id_in(request)
        query = requests.query_of(request, requests.ResultsQuery)
        job = self.job(job_id)
        per_page, total = query["per_page"], job.progress_current
        by_page = "after" not in query
        first = (query["page"] - 1) * per_page if by_page else query["after"] + 1
        # people stored since the job was read come with the next request
        until = min(first + per_page, total)
        return Response(
            {
                "success": True,
                "job_id": str(job.id),
                "job_status": str(job.status),
                "prospects": _people(job, first, until),
                "pagination": {
                    "page": query["page"] if by_page else None,
                    "per_page": per_page,
                    "total": total,
                    "total_pages": -(-total // per_page),
                    "has_more": first + per_page < total,
                    "next_after": until - 1 if first < until < total else None,
                },
            }
        )


def _people(job: SearchJob, first: int, until: int) -> list[dict[str, Any]]:
    if first >= until:
        return []
    return listings.people_at(job, first=first, until=until)
