"""The addresses below /api/ that are about searches and accounts."""

from __future__ import annotations

from django.urls import path

from accounts import hosted, webhooks
from searchjobs.api.accounts import (
    AccountsView,
    ConnectView,
    ParametersView,
    ReconnectView,
    SyncAccountView,
)
from searchjobs.api.create import CreateJobView
from searchjobs.api.jobs import EventsView, JobsView, JobView, MoveView
from searchjobs.api.preview import PreviewView
from searchjobs.api.results import ResultsView
from searchjobs.api.tables import SetUpTablesView
from searchjobs.api.webhooks import AccountStatusView, HostedAuthView

urlpatterns = [
    path("linkedin/search/create-job", CreateJobView.as_view()),
    path("linkedin/search/preview", PreviewView.as_view()),
    path("linkedin/search/results", ResultsView.as_view()),
    path("linkedin/search/parameters", ParametersView.as_view()),
    path("linkedin/search/jobs", JobsView.as_view()),
    path("linkedin/search/jobs/<str:job_id>", JobView.as_view()),
    path("linkedin/search/jobs/<str:job_id>/events", EventsView.as_view()),
    path("linkedin/search/jobs/<str:job_id>/<str:move>", MoveView.as_view()),
    path("linkedin/accounts", AccountsView.as_view()),
    path("linkedin/accounts/connect", ConnectView.as_view()),
    path("linkedin/accounts/<str:account_id>/reconnect", ReconnectView.as_view()),
    path("linkedin/accounts/<str:account_id>/sync", SyncAccountView.as_view()),
    path(webhooks.PATH.removeprefix("/api/"), AccountStatusView.as_view()),
    path(hosted.PATH.removeprefix("/api/"), HostedAuthView.as_view()),
    path("admin/setup-search-jobs-tables", SetUpTablesView.as_view()),
]
