"""Which address leads where."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config import health
from config.docs import DocsView, SchemaView

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", DocsView.as_view(), name="docs"),
    path("api/", include("searchjobs.api.urls")),
    path("api/", include("prospects.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("searchjobs.urls")),
    path("", include("prospects.urls")),
]
