"""The ASGI application: HTTP to Django, websockets to the consumers.

A socket is signed in by the session's cookie; one with a token needs none.
"""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

from config.bodies import LimitedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

# Django must be set up before models can be imported, and the sockets know models.
from searchjobs.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": LimitedBodies(http),
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)
