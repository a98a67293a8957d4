"""How these tests look at pages."""

from __future__ import annotations

import re

from django.test import Client

from accounts.models import Membership
from searchjobs.models import SearchJob
from searchjobs.states import JobStatus
from tests.markup import markup

HTMX = {"HX-Request": "true"}


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def count(job: SearchJob, stored: int) -> None:
    """Let the job's row know of its people."""
    SearchJob.objects.filter(id=job.id).update(
        progress_current=stored, received=stored, status=JobStatus.PROCESSING
    )
    job.refresh_from_db()


def names_in(html: str) -> list[str]:
    return re.findall(r"data-detail>([^<]+)<", html)


def get(browser: Client, path: str, **extra: str) -> str:
    response = browser.get(path, headers=extra or None)
    assert response.status_code == 200
    return markup(response)
