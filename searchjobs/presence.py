"""Who looks at which search?

Nothing is stored: sockets tell each other, through their workspace's group. One that
looks at a search says so when it opens and with each ping; it says so too when another
asks. Who was not heard for two pings and a half is gone, whatever became of them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User

Message = dict[str, Any]


def here(job_id: uuid.UUID, *, socket: str, user: User) -> Message:
    """Return what a socket says while somebody looks at a search through it."""
    return {
        "type": "presence.here",
        "job_id": str(job_id),
        "socket": socket,
        "id": str(user.id),
        "name": user.get_full_name(),
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
        there[message["socket"]] = (message, now)
        return self.people(message["job_id"]) != before

    def lose(self, message: Message) -> bool:
        """Note that a socket was closed; tell whether that was news."""
        before = self.people(message["job_id"])
        self._heard.get(message["job_id"], {}).pop(message["socket"], None)
        return self.people(message["job_id"]) != before

    def forget(self, *, before: float) -> list[str]:
        """Drop who was last heard before a moment; return the searches they left."""
        left = []
        for job_id, there in self._heard.items():
            stale = [name for name, (_, heard) in there.items() if heard < before]
            people = self.people(job_id)
            for name in stale:
                del there[name]
            if self.people(job_id) != people:
                left.append(job_id)
        return left

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
