"""The addresses below /api/ that are about prospects."""

from __future__ import annotations

from django.urls import path

from prospects.api.views import (
    DecisionsView,
    ExportView,
    ProspectsView,
    ProspectView,
    UndoView,
)

urlpatterns = [
    path("prospects", ProspectsView.as_view()),
    path("prospects/export", ExportView.as_view()),
    path("prospects/decisions", DecisionsView.as_view()),
    path("prospects/decisions/<str:undo_id>/undo", UndoView.as_view()),
    path("prospects/<str:prospect_id>", ProspectView.as_view()),
]
