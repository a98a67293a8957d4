"""The doorways to decisions, lists and exports of prospects."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import memberships
from accounts.models import Membership
from prospects import listings, review, services
from prospects.api import requests, schema
from prospects.directory import ProspectFilter
from prospects.exports import files, rows
from prospects.exports.presets import Preset
from prospects.filters import ReviewFilter, Shown
from searchjobs import selectors
from searchjobs.api.access import WorkspaceView
from searchjobs.api.requests import body_of, query_of, uuid_of
from searchjobs.api.schema import WORKSPACE, answers


class DecisionsView(WorkspaceView):
    @extend_schema(
        operation_id="decide",
        tags=schema.TAGS,
        summary="Approve, reject or withdraw, one person or thousands",
        parameters=[WORKSPACE],
        request=requests.Decide,
        responses=answers(schema.DecisionAnswer, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        wanted = body_of(request, requests.Decide)
        outcome = services.decide(
            membership=self.membership(),
            decision=wanted["decision"],
            result_ids=wanted.get("ids", ()),
            prospect_ids=wanted.get("prospect_ids", ()),
            matching=(
                requests.filter_of(wanted["filter"]) if "filter" in wanted else None
            ),
            except_ids=wanted.get("except", ()),
            note=wanted.get("note"),
        )
        return Response(schema.decided(outcome))


class UndoView(WorkspaceView):
    @extend_schema(
        operation_id="undo_decision",
        tags=schema.TAGS,
        summary="Take a decision, or an undo, back",
        parameters=[
            WORKSPACE,
            OpenApiParameter("undo_id", str, OpenApiParameter.PATH),
        ],
        request=None,
        responses=answers(schema.UndoAnswer, 400, 404),
    )
    def post(self, request: Request, undo_id: str) -> Response:
        outcome = services.undo(
            membership=self.membership(), undo_id=uuid_of(undo_id, field="undo_id")
        )
        return Response(schema.undone(outcome))


class ProspectsView(WorkspaceView):
    @extend_schema(
        operation_id="prospects",
        tags=schema.TAGS,
        summary="Prospects of the workspace, or the people of one search",
        parameters=[WORKSPACE, requests.ListQuery],
        responses=answers(schema.ProspectsAnswer, 400, 404),
    )
    def get(self, request: Request) -> Response:
        wanted = query_of(request, requests.ListQuery)
        membership = self.membership()
        if "job" in wanted:
            return Response(_rows(membership, wanted))
        listed = listings.prospects_of(
            membership,
            ProspectFilter(
                decision=Shown(wanted["decision"]),
                tag=wanted.get("tag", ""),
                list=wanted.get("list", ""),
                q=wanted.get("q", ""),
            ),
            after=wanted.get("after"),
            limit=wanted["per_page"],
        )
        return Response(
            {
                "success": True,
                "prospects": [schema.prospect(one) for one in listed.prospects],
                "next_after": listed.next_after,
            }
        )


def _rows(membership: Membership, wanted: dict[str, Any]) -> dict[str, Any]:
    chosen = ReviewFilter(
        job_id=selectors.job_in(membership, wanted["job"]).id,
        decision=Shown(wanted["decision"]),
        tag=(wanted["tag"],) if "tag" in wanted else (),
        q=wanted.get("q", ""),
    )
    found = review.rows(chosen, after=wanted.get("after"), limit=wanted["per_page"])
    return {
        "success": True,
        "prospects": [schema.row(row) for row in found.rows],
        "next_after": found.next_after,
    }


class ProspectView(WorkspaceView):
    @extend_schema(
        operation_id="prospect",
        tags=schema.TAGS,
        summary="One prospect, with every decision on them",
        parameters=[
            WORKSPACE,
            OpenApiParameter("prospect_id", str, OpenApiParameter.PATH),
        ],
        responses=answers(schema.ProspectAnswer, 400, 404),
    )
    def get(self, request: Request, prospect_id: str) -> Response:
        membership = self.membership()
        prospect = listings.prospect_named(
            membership, uuid_of(prospect_id, field="prospect_id")
        )
        history = review.history(membership, prospect.id)
        return Response(
            {
                "success": True,
                "prospect": schema.prospect(prospect),
                "history": [schema.logged(entry) for entry in history],
            }
        )


class _AlwaysJson(BaseContentNegotiation):
    """Leaves `format` to the view: errors are JSON, whatever file was asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


_FILE = OpenApiResponse(OpenApiTypes.BINARY, "The file, streamed.")
_PROBLEMS = {code: one for code, one in answers(None, 400, 404).items() if code != 200}


class ExportView(WorkspaceView):
    content_negotiation_class = _AlwaysJson

    @extend_schema(
        operation_id="export_prospects",
        tags=schema.TAGS,
        summary="The approved of one search or of the workspace as a file, streamed",
        parameters=[WORKSPACE, requests.ExportQuery],
        responses={(200, kind): _FILE for kind in files.MEDIA_TYPES.values()}
        | _PROBLEMS,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        asked = query_of(request, requests.ExportQuery)
        membership = self.membership()
        job = selectors.job_in(membership, asked["job"]) if "job" in asked else None
        memberships.require_change(membership)
        wanted = files.Wanted(
            format=files.Format(asked["format"]),
            preset=Preset(asked["preset"]),
            whom=files.Whom(asked["decision"]),
        )
        if job is not None:
            pieces = rows.of_search(job, decision=wanted.whom.shown)
            return files.answer(wanted, pieces, title=job.name)
        pieces = rows.of_workspace(
            membership, ProspectFilter(decision=wanted.whom.shown, q=asked.get("q", ""))
        )
        return files.answer(wanted, pieces, title="Prospects")
