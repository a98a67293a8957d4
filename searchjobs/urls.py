"""Addresses of the pages about searches; /searches/<id> itself is the review page."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.generic import RedirectView

from searchjobs import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="searches"), name="home"),
    path("login", views.SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("workspace", views.choose_workspace, name="choose-workspace"),
    path("settings", views.settings, name="settings"),
    path(
        "settings/accounts/<uuid:account_id>/hours",
        views.account_hours,
        name="account-hours",
    ),
    path("searches", views.searches, name="searches"),
    path("searches/new", views.new_search, name="new-search"),
    path("searches/new/estimate", views.estimate, name="estimate"),
    path("searches/<uuid:job_id>/delete", views.delete, name="search-delete"),
    *(
        path(
            f"searches/<uuid:job_id>/{move}",
            views.move,
            {"move": move},
            name="search-move",
        )
        for move in views.MOVES
    ),
]
