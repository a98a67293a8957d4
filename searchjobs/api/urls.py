"""The addresses below /api/ that are about searches and accounts."""

from __future__ import annotations

from django.urls import path

from searchjobs.api.accounts import AccountsView, ParametersView
from searchjobs.api.create import CreateJobView
from searchjobs.api.jobs import EventsView, JobsView, JobView, MoveView
from searchjobs.api.results import ResultsView
from searchjobs.api.tables import SetUpTablesView

urlpatterns = [
    path("linkedin/search/create-job", CreateJobView.as_view()),
    path("linkedin/search/results", ResultsView.as_view()),
    path("linkedin/search/parameters", ParametersView.as_view()),
    path("linkedin/search/jobs", JobsView.as_view()),
    path("linkedin/search/jobs/<str:job_id>", JobView.as_view()),
    path("linkedin/search/jobs/<str:job_id>/events", EventsView.as_view()),
    path("linkedin/search/jobs/<str:job_id>/<str:move>", MoveView.as_view()),
    path("linkedin/accounts", AccountsView.as_view()),
    path("admin/setup-search-jobs-tables", SetUpTablesView.as_view()),
]
