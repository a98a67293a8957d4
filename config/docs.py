"""The OpenAPI schema, and a page to try it: all from this server, no inline script."""

from __future__ import annotations

from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response


class SchemaView(SpectacularJSONAPIView):
    """GET /api/schema."""


class DocsView(SpectacularSwaggerSplitView):
    """GET /api/docs: Swagger UI of the sidecar package, under the strict policy."""

    template_name = "api/docs.html"

    def handle_exception(self, exc: Exception) -> Response:
        """Refuse as JSON, though the page is HTML."""
        response: Response = super().handle_exception(exc)
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = "application/json"
        return response
