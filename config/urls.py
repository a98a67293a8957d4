"""Which address leads where."""

from __future__ import annotations

from importlib.util import find_spec

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
    path("admin/", admin.site.urls),
]
urlpatterns += [
    path(prefix, include(module))
    for prefix, module in (
        ("api/", "prospects.api.urls"),
        ("", "searchjobs.urls"),
        ("", "prospects.urls"),
    )
    if find_spec(module.rpartition(".")[0]) and find_spec(module)
]
