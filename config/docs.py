"""The OpenAPI schema, and a page to try it: all from this server, no inline script."""

from __future__ import annotations

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView


class _RefusesAsJson(APIView):
    """Errors have the API's one shape, whatever the answer itself would be."""

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = "application/json"
        return response


class SchemaView(_RefusesAsJson, SpectacularAPIView):
    """GET /api/schema, as application/json unless OpenAPI's own type is asked for."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]


class DocsView(_RefusesAsJson, SpectacularSwaggerSplitView):
    """GET /api/docs: Swagger UI of the sidecar package, under the strict policy."""

    template_name = "api/docs.html"
