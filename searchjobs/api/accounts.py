"""The caller's LinkedIn accounts, and LinkedIn's ids for what they type."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import hosted
from searchjobs import accountsync, listings, lookups
from searchjobs.api import answers, requests, schema
from searchjobs.api.access import WorkspaceView
from searchjobs.events import rfc3339
from unipile_client.types import Api


class AccountsView(WorkspaceView):
    @extend_schema(
        operation_id="list_accounts",
        tags=["accounts"],
        summary="Your LinkedIn accounts",
        parameters=[schema.WORKSPACE],
        responses=schema.answers(schema.AccountsAnswer, 400, 404),
    )
    def get(self, request: Request) -> Response:
        own = listings.accounts_of(self.membership())
        return Response({"success": True, "accounts": answers.accounts(own)})


class SyncAccountView(WorkspaceView):
    @extend_schema(
        operation_id="sync_account",
        tags=["accounts"],
        summary="Read an account's status at Unipile now",
        description="Its searches go on by themselves where it is in order again.",
        parameters=[schema.WORKSPACE, schema.ACCOUNT_PATH],
        request=None,
        responses=schema.answers(schema.AccountAnswer, 400, 404, 502),
    )
    def post(self, request: Request, account_id: str) -> Response:
        own_id = requests.uuid_of(account_id, field="account_id")
        account = listings.account_of(self.membership(), own_id)
        synced = accountsync.sync_one(account)
        return Response({"success": True, "account": answers.accounts([synced])[0]})


class ConnectView(WorkspaceView):
    @extend_schema(
        operation_id="connect_account",
        tags=["accounts"],
        summary="A link to connect a LinkedIn account",
        description="For a person to open: they sign in on Unipile's page, and the "
        "account is theirs, in this workspace.",
        parameters=[schema.WORKSPACE],
        request=None,
        responses=schema.answers(schema.LinkAnswer, 400, 404, 502),
    )
    def post(self, request: Request) -> Response:
        return _answer(hosted.link_for(self.membership()))


class ReconnectView(WorkspaceView):
    @extend_schema(
        operation_id="reconnect_account",
        tags=["accounts"],
        summary="A link to sign an account in again",
        description="Its paused searches then go on by themselves.",
        parameters=[schema.WORKSPACE, schema.ACCOUNT_PATH],
        request=None,
        responses=schema.answers(schema.LinkAnswer, 400, 404, 502),
    )
    def post(self, request: Request, account_id: str) -> Response:
        own_id = requests.uuid_of(account_id, field="account_id")
        membership = self.membership()
        account = listings.account_of(membership, own_id)
        return _answer(hosted.link_for(membership, account))


def _answer(link: hosted.Link) -> Response:
    return Response(
        {"success": True, "url": link.url, "expires_at": rfc3339(link.expires_at)}
    )


class ParametersView(WorkspaceView):
    @extend_schema(
        operation_id="list_parameters",
        tags=["accounts"],
        summary="LinkedIn's ids that match a text",
        parameters=[schema.WORKSPACE, requests.ParametersQuery],
        responses=schema.answers(schema.ParametersAnswer, 400, 404, 409, 502),
    )
    def get(self, request: Request) -> Response:
        query = requests.query_of(request, requests.ParametersQuery)
        items = lookups.parameters(
            membership=self.membership(),
            type=query["type"],
            keywords=query["keywords"],
            api=Api(query["api"]) if "api" in query else None,
        )
        return Response({"success": True, "type": query["type"], "items": items})
