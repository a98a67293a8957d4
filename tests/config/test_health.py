"""Alive, and able to serve."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from config import health


def test_alive_is_said_without_signing_in_or_a_database() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_without_a_worker_it_is_not_ready() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "checks": {"database": True, "redis": True, "worker": False},
    }


@pytest.mark.django_db
def test_without_redis_it_is_not_ready_and_no_worker_is_asked(
    settings: Settings,
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert Client().get("/readyz").json()["checks"] == {
        "database": True,
        "redis": False,
        "worker": False,
    }


@pytest.mark.django_db
def test_however_often_it_is_asked_workers_are_once_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pings: list[float] = []

    def ping(*, timeout: float, **_: int) -> list[str]:
        pings.append(timeout)
        return ["pong"]

    monkeypatch.setattr(health.app.control, "ping", ping)
    monkeypatch.setattr(health, "monotonic", iter([-2.9, -2.5, -2.1, -1.9]).__next__)
    for _ in range(4):
        assert Client().get("/readyz").status_code == 200
    assert len(pings) == 2
