"""Middleware runs synchronously, so that a request stays in one thread."""

from __future__ import annotations

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.middleware import in_one_thread


def test_an_answer_passes_unchanged() -> None:
    answer = HttpResponse("as it was")
    assert in_one_thread(lambda request: answer)(HttpRequest()) is answer


def test_django_takes_it_for_synchronous() -> None:
    middleware = in_one_thread(lambda request: HttpResponse())
    assert not iscoroutinefunction(middleware)
    assert not getattr(in_one_thread, "async_capable", False)


def test_it_is_the_innermost() -> None:
    assert settings.MIDDLEWARE[-1] == "config.middleware.in_one_thread"
