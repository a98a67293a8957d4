"""Addresses of the pages about searches; /searches/<id> itself is the review page."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from searchjobs import (
    list_views,
    member_views,
    new_search_views,
    services,
    settings_views,
    sign_in_views,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="searches"), name="home"),
    path("login", sign_in_views.SignIn.as_view(), name="login"),
    path("logout", sign_in_views.SignOut.as_view(), name="logout"),
    path("password", sign_in_views.ChangePassword.as_view(), name="password"),
    path("workspace", sign_in_views.choose_workspace, name="choose-workspace"),
    path("settings", settings_views.settings, name="settings"),
    path("settings/accounts/connect", settings_views.connect, name="connect"),
    path(
        "settings/accounts/<uuid:account_id>/reconnect",
        settings_views.reconnect,
        name="reconnect",
    ),
    path(
        "settings/accounts/<uuid:account_id>/check",
        settings_views.check,
        name="check-account",
    ),
    path(
        "settings/accounts/<uuid:account_id>/hours",
        settings_views.account_hours,
        name="account-hours",
    ),
    path(
        "settings/accounts/<uuid:account_id>/quotas",
        settings_views.account_quotas,
        name="account-quotas",
    ),
    path("settings/tokens", member_views.make_token, name="make-token"),
    path(
        "settings/tokens/<str:token_key>/revoke",
        member_views.revoke_token,
        name="revoke-token",
    ),
    path("settings/invitations", member_views.invite, name="invite"),
    path(
        "settings/invitations/<uuid:invitation_id>/take-back",
        member_views.take_back,
        name="take-back",
    ),
    path(
        "settings/members/<uuid:user_id>/role",
        member_views.change_role,
        name="change-role",
    ),
    path(
        "settings/members/<uuid:user_id>/remove",
        member_views.remove,
        name="remove-member",
    ),
    path("invitations/<str:token>", member_views.invitation, name="invitation"),
    path("searches", list_views.searches, name="searches"),
    path("searches/new", new_search_views.new_search, name="new-search"),
    path("searches/new/estimate", new_search_views.estimate, name="estimate"),
    path("searches/new/preview", new_search_views.preview, name="preview"),
    path("searches/saved", new_search_views.saved_searches, name="saved-searches"),
    path(
        "searches/saved/<uuid:saved_id>/rename",
        new_search_views.rename_saved,
        name="rename-saved",
    ),
    path(
        "searches/saved/<uuid:saved_id>/delete",
        new_search_views.delete_saved,
        name="delete-saved",
    ),
    path("searches/try", list_views.try_out, name="try-out"),
    path("searches/<uuid:job_id>/again", list_views.run_again, name="search-again"),
    path("searches/<uuid:job_id>/rename", list_views.rename, name="search-rename"),
    path("searches/<uuid:job_id>/delete", list_views.delete, name="search-delete"),
    *(
        path(
            f"searches/<uuid:job_id>/{move}",
            list_views.move,
            {"move": move},
            name="search-move",
        )
        for move in services.MOVES
    ),
]
