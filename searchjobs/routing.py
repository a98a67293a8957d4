"""Which socket address leads where."""

from __future__ import annotations

from django.urls import path, re_path

from searchjobs.consumers import JobSocket, NoSocket, WorkspaceSocket

websocket_urlpatterns = [
    path("ws/search-jobs/<str:job_id>", JobSocket.as_asgi()),
    path("ws/workspaces/<str:workspace_id>/search-jobs", WorkspaceSocket.as_asgi()),
    re_path(r"", NoSocket.as_asgi()),
]
