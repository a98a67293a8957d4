"""What Unipile tells by itself: an account's status, the end of a sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import hosted, rereads, webhooks
from accounts.errors import Refusal
from searchjobs import accountsync, tasks

MOST_BYTES = 16 * 1024


@dataclass(frozen=True)
class _Unipile:
    """The caller, as far as it is proven; counted as one by the throttle."""

    pk: str = "unipile"
    is_authenticated: bool = True


class SecretHeaderAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[_Unipile, None]:
        if not webhooks.is_authentic(request.headers.get(webhooks.SECRET_HEADER, "")):
            raise AuthenticationFailed("The webhook's secret is missing or wrong.")
        return _Unipile(), None

    def authenticate_header(self, request: Request) -> str:
        return webhooks.SECRET_HEADER


class AccountStatusView(APIView):
    """Answers at once, and reads the account again elsewhere: nothing is believed."""

    authentication_classes = (SecretHeaderAuthentication,)

    @extend_schema(exclude=True)  # for Unipile alone
    def post(self, request: Request) -> Response:
        _require_short(request)
        login = webhooks.login_of(request.data)
        if login is not None and rereads.ask_for_reread(login):
            transaction.on_commit(tasks.hint_rereads, robust=True)
        return Response({"success": True})


class HostedAuthView(APIView):
    """Called unsigned: `hosted.call_of` looks for our own signature in the body."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)  # for Unipile alone
    def post(self, request: Request) -> Response:
        _require_short(request)
        accountsync.settle_sign_in(hosted.call_of(request.data))
        return Response({"success": True})


def _require_short(request: Request) -> None:
    if len(request.body) > MOST_BYTES:
        raise Refusal("The body is over 16 kB.", code="body_too_large", status=413)
