"""How many would a search find, and who are the first ten?"""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from searchjobs import previews
from searchjobs.api import answers, requests, schema
from searchjobs.api.access import WorkspaceView


class PreviewView(WorkspaceView):
    @extend_schema(
        operation_id="preview_search",
        tags=schema.TAGS,
        summary="What a search would find",
        description="One request of ten people, at the account's pace; they count "
        "against the day's quota, and nothing is stored. Where the account is busy the "
        "answer is 429 with `retry_after`.",
        parameters=[schema.WORKSPACE],
        request=requests.Preview,
        responses=schema.answers(schema.PreviewAnswer, 400, 404, 409, 413, 415, 502),
    )
    def post(self, request: Request) -> Response:
        wanted = requests.body_of(request, requests.Preview)
        seen = previews.preview(
            membership=self.membership(),
            search_criteria=wanted["search_criteria"],
            target_count=wanted["target_count"],
            account_id=wanted.get("account_id"),
        )
        return Response(answers.preview(seen))
