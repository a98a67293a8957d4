"""Who looks at which search?

Nothing is stored: sockets tell each other, through their workspace's group. One that
looks at a search says so when it opens and again and again, and to each that asks. The
more look, the more seldom each speaks, so that what all hear grows with their number,
not with its square. Who is silent for longer than they said is gone, whatever became
of them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User

Message = dict[str, Any]

EACH_S = 10.0
MISSED = 2.5  # so many of a socket's times to speak, and it is gone
MOST_AT_ONCE = 10  # sockets that speak each EACH_S; with twice as many, half as often


def here(job_id: uuid.UUID, *, socket: str, user: User, each_s: float) -> Message:
    """Return what a socket says while somebody looks at a search through it.

    It says so again in `each_s` seconds.
    """
    return {
        "type": "presence.here",
        "job_id": str(job_id),
        "socket": socket,
        "id": str(user.id),
        "name": user.get_full_name(),
        "each_s": each_s,
    }


def gone(job_id: uuid.UUID, *, socket: str) -> Message:
    return {"type": "presence.gone", "job_id": str(job_id), "socket": socket}


def asked(socket: str) -> Message:
    return {"type": "presence.asked", "socket": socket}


@dataclass(kw_only=True)
class Presence:
    """What one socket has heard of the others."""

    viewer: User
    _heard: dict[str, dict[str, tuple[Message, float]]] = field(default_factory=dict)

    def hear(self, message: Message, *, now: float) -> bool:
        """Note that somebody is here; tell whether that was news."""
        before = self.people(message["job_id"])
        there = self._heard.setdefault(message["job_id"], {})
        there[message["socket"]] = (message, now + MISSED * message["each_s"])
        return self.people(message["job_id"]) != before

    def lose(self, message: Message) -> bool:
        """Note that a socket was closed; tell whether that was news."""
        before = self.people(message["job_id"])
        self._heard.get(message["job_id"], {}).pop(message["socket"], None)
        return self.people(message["job_id"]) != before

    def forget(self, *, now: float) -> list[str]:
        """Drop who has been silent for too long; return the searches they left."""
        left = []
        for job_id, there in self._heard.items():
            stale = [name for name, (_, until) in there.items() if until < now]
            people = self.people(job_id)
            for name in stale:
                del there[name]
            if self.people(job_id) != people:
                left.append(job_id)
        return left

    def each_s(self, job_id: str) -> float:
        """Return how often to say that one is here too."""
        return EACH_S * max(1.0, len(self._heard.get(job_id, {})) / MOST_AT_ONCE)

    def people(self, job_id: str) -> list[dict[str, str]]:
        """Return the others who look at a search, each once, by name."""
        there = {
            message["id"]: message["name"]
            for message, _ in self._heard.get(job_id, {}).values()
            if message["id"] != str(self.viewer.id)
        }
        named = [{"id": id_, "name": name} for id_, name in there.items()]
        return sorted(named, key=lambda one: (one["name"], one["id"]))

    def frame(self, job_id: str) -> Message:
        """Return what the page hears of a search."""
        return {"type": "presence", "job_id": job_id, "people": self.people(job_id)}
