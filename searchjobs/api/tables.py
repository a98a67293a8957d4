"""The original's setup-search-jobs-tables, for admins."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import Refusal
from searchjobs import setup
from searchjobs.api import schema


class SetUpTablesView(APIView):
    permission_classes = [IsAdminUser]

    @extend_schema(
        operation_id="setup_tables",
        tags=["administration"],
        summary="Migrate and verify the tables",
        request=None,
        responses=schema.answers(schema.SetUp, 500),
    )
    def post(self, request: Request) -> Response:
        verified = setup.set_up()
        if not all(verified.values()):
            raise Refusal(
                "The tables are not as they should be. Look at the server's log.",
                code="tables_incomplete",
                status=500,
                tables_verified=verified,
            )
        return Response(
            {
                "success": True,
                "message": "Prospect search jobs tables setup complete",
                "tables_verified": verified,
            }
        )
