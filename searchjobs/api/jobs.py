"""Searches: listed, read, moved, deleted; and the journal of each."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from searchjobs import listings, selectors, services
from searchjobs.api import answers, requests, schema
from searchjobs.api.access import WorkspaceView
from searchjobs.models import SearchJob

MOST_EVENTS = 1000


class JobsView(WorkspaceView):
    @extend_schema(
        operation_id="list_jobs",
        tags=schema.TAGS,
        summary="The workspace's searches, newest first",
        parameters=[schema.WORKSPACE, requests.JobsQuery],
        responses=schema.answers(schema.JobsAnswer, 400, 404),
    )
    def get(self, request: Request) -> Response:
        query = requests.query_of(request, requests.JobsQuery)
        jobs, place = listings.page_of_jobs(
            _filtered(selectors.jobs_of(self.membership()), query),
            behind=query.get("cursor"),
            limit=query["per_page"],
        )
        return Response(
            {
                "success": True,
                "jobs": answers.jobs(jobs),
                "next_cursor": place.cursor if place else None,
            }
        )


_FILTERS = {
    "status": "status",
    "search_source": "search_source",
    "created_after": "created_at__gt",
    "q": "name__icontains",
}


def _filtered(jobs: QuerySet[SearchJob], query: dict[str, Any]) -> QuerySet[SearchJob]:
    given = {lookup: query[name] for name, lookup in _FILTERS.items() if name in query}
    return jobs.filter(**given)


class JobView(WorkspaceView):
    @extend_schema(
        operation_id="get_job",
        tags=schema.TAGS,
        summary="One search whole",
        parameters=[schema.WORKSPACE, schema.JOB_PATH],
        responses=schema.answers(schema.JobAnswer, 400, 404),
    )
    def get(self, request: Request, job_id: str) -> Response:
        job = self.job(requests.uuid_of(job_id, field="job_id"))
        return Response({"success": True, "job": answers.job(job)})

    @extend_schema(
        operation_id="delete_job",
        tags=schema.TAGS,
        summary="Delete a finished search with its results",
        parameters=[schema.WORKSPACE, schema.JOB_PATH],
        responses=schema.answers(schema.Done, 400, 404, 409),
    )
    def delete(self, request: Request, job_id: str) -> Response:
        job = self.job(requests.uuid_of(job_id, field="job_id"))
        services.delete(job=job, by=self.role_for(job))
        return Response({"success": True})


_MOVE_PATH = OpenApiParameter(
    "move", str, OpenApiParameter.PATH, enum=[*services.MOVES]
)


class MoveView(WorkspaceView):
    @extend_schema(
        operation_id="move_job",
        tags=schema.TAGS,
        summary="Pause, resume, cancel or retry a search",
        parameters=[schema.WORKSPACE, schema.JOB_PATH, _MOVE_PATH],
        request=None,
        responses=schema.answers(schema.JobAnswer, 400, 404, 409),
    )
    def post(self, request: Request, job_id: str, move: str) -> Response:
        if move not in services.MOVES:
            raise Http404
        job = self.job(requests.uuid_of(job_id, field="job_id"))
        moved = services.MOVES[move](job=job, by=self.role_for(job))
        return Response({"success": True, "job": answers.job(moved)})


class EventsView(WorkspaceView):
    @extend_schema(
        operation_id="list_events",
        tags=schema.TAGS,
        summary="The journal of a search",
        parameters=[schema.WORKSPACE, schema.JOB_PATH, requests.EventsQuery],
        responses=schema.answers(schema.EventsAnswer, 400, 404),
    )
    def get(self, request: Request, job_id: str) -> Response:
        query = requests.query_of(request, requests.EventsQuery)
        job = self.job(requests.uuid_of(job_id, field="job_id"))
        events = listings.journal_of(job, since=query["since"], limit=MOST_EVENTS)
        last = events[-1].revision if events else job.revision
        return Response(
            {
                "success": True,
                "job_id": str(job.id),
                "revision": job.revision,
                "events": [answers.event(event) for event in events],
                "has_more": last < job.revision,
            }
        )
