"""`manage.py audit_jobs`: exit 1 where counters, people and journal differ."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from searchjobs.audit import audit
from searchjobs.models import SearchJob


class Command(BaseCommand):
    help = "Recompute every search from its people and, apart, from its journal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--job", type=uuid.UUID, metavar="ID", help="one alone")

    def handle(self, *args: Any, job: uuid.UUID | None, **options: Any) -> None:
        jobs = SearchJob.objects.filter(id=job) if job else SearchJob.objects.all()
        count = jobs.count()
        if job and not count:
            raise CommandError(f"There is no search {job}.")
        differences = audit(job)
        for difference in differences:
            self.stdout.write(str(difference))
        if differences:
            faulty = len({difference.job_id for difference in differences})
            raise CommandError(f"{faulty} of {count} searches do not add up.")
        self.stdout.write(f"{count} searches add up.")
