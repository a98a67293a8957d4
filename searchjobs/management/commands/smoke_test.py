"""`manage.py smoke_test`: the five-step script, over HTTP, against any base URL.

Set up the tables, create a search, watch it, fetch its people, show some of them. It
needs no database of its own; whatever goes wrong is said in words, and exits with 1.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError, CommandParser

RULE = "=" * 42
BAR_LENGTH = 20
REQUEST_TIMEOUT_S = 30.0
NOTHING_NEW_FOR_S = 180.0
FETCHED = 10
SHOWN = 3
ENDS = ("completed", "failed", "cancelled", "paused")
CRITERIA = {
    "category": "people",
    "keywords": "CEO tech startup",
    "location": ["103644278"],
    "title": "CEO",
    "company_headcount": ["B", "C"],
}

Body = dict[str, Any]


class Failure(Exception):
    """A step went wrong; the message says how."""


class Command(BaseCommand):
    help = "Walk through a whole search over HTTP, printing the original's five steps."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default="http://localhost:8000")
        parser.add_argument("--token", required=True, help="of an admin (is_staff)")
        parser.add_argument("--target-count", type=int, default=50, metavar="PEOPLE")
        parser.add_argument("--interval", type=float, default=1.0, metavar="SECONDS")

    def handle(
        self,
        *args: Any,
        base_url: str,
        token: str,
        target_count: int,
        interval: float,
        **options: Any,
    ) -> None:
        with httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Token {token}"},
            timeout=REQUEST_TIMEOUT_S,
            trust_env=False,
        ) as http:
            walk = Walk(http, say=self.stdout.write, interval_s=interval)
            try:
                walk.run(target_count)
            except Failure as failure:
                raise CommandError(f"❌ {failure}") from None


class Walk:
    """The five steps against one server; each raises Failure."""

    def __init__(
        self, http: httpx.Client, *, say: Callable[[str], object], interval_s: float
    ) -> None:
        self._http = http
        self._say = say
        self._interval_s = interval_s

    def run(self, target_count: int) -> None:
        self._say("🧪 Testing Background LinkedIn Search System")
        self._say(RULE)
        self.set_up_tables()
        job_id = self.create(target_count)
        job = self.watch(job_id)
        people = self.fetch(job)
        self.show(people)
        self._say("\n🎉 All tests passed!")
        self._say(RULE)

    def set_up_tables(self) -> None:
        self._say("\n📊 Step 1: Setting up database tables...")
        answer = self._ask("POST", "/api/admin/setup-search-jobs-tables")
        tables: dict[str, bool] = answer["tables_verified"]
        if not tables or not all(tables.values()):
            raise Failure(f"The tables are not as they should be: {tables}")
        self._say("✅ Tables created successfully")
        for table in tables:
            self._say(f"   - {table}: ✅")

    def create(self, target_count: int) -> str:
        self._say("\n🚀 Step 2: Creating search job...")
        body = {
            "search_criteria": CRITERIA,
            "search_type": "linkedin",
            "target_count": target_count,
        }
        answer = self._ask("POST", "/api/linkedin/search/create-job", json=body)
        metadata = answer["metadata"]
        self._say(f"✅ Job created: {answer['job_id']}")
        self._say(f"   API: {metadata['api']}")
        self._say(f"   Max results: {metadata['max_results']}")
        self._say(f"   Est. time: ~{metadata['estimated_time_seconds']}s")
        return str(answer["job_id"])

    def watch(self, job_id: str) -> Body:
        """Poll until the job ends or is paused; only a completed one passes."""
        self._say("\n⏳ Step 3: Monitoring job progress...")
        began = changed = time.monotonic()
        shown = ""
        while True:
            job = self._job(job_id)
            if (line := _progress_line(job)) != shown:
                shown, changed = line, time.monotonic()
                self._say(line)
            if job["status"] in ENDS:
                break
            if time.monotonic() - changed > NOTHING_NEW_FOR_S:
                raise Failure(_stuck(job))
            time.sleep(self._interval_s)
        if job["status"] != "completed":
            raise Failure(f"The job is {job['status']}: {job['error_message']}")
        self._say("✅ Job completed successfully")
        self._say(f"   Total results: {job['results_count']}")
        self._say(f"   Duration: {time.monotonic() - began:.0f}s")
        if job["results_count"] < job.get("target_count", 0):
            self._say(f"   Why fewer: {job['completion_text']}")
        return job

    def fetch(self, job: Body) -> list[Body]:
        self._say("\n📥 Step 4: Fetching results...")
        query = {"job_id": job["id"], "page": 1, "per_page": FETCHED}
        answer = self._ask("GET", "/api/linkedin/search/results", params=query)
        people: list[Body] = answer["prospects"]
        total = answer["pagination"]["total"]
        if not people:
            raise Failure("The search found nobody.")
        if total != job["results_count"] or len(people) != min(FETCHED, total):
            raise Failure(
                f"The job stored {job['results_count']} people, but the results say "
                f"{total} and their first page holds {len(people)}."
            )
        self._say(f"✅ Fetched {len(people)} prospects")
        self._say(f"   Total available: {total}")
        self._say(f"   Pages: {answer['pagination']['total_pages']}")
        return people

    def show(self, people: list[Body]) -> None:
        self._say("\n📋 Sample prospects:")
        for number, person in enumerate(people[:SHOWN], start=1):
            self._say(f"\n   {number}. {person['name']}")
            self._say(f"      Title: {person['title'] or '-'}")
            self._say(f"      Company: {person['company'] or '-'}")
            self._say(f"      Location: {person['location'] or '-'}")
            self._say(f"      LinkedIn: {person['linkedinUrl'] or '-'}")

    def _job(self, job_id: str) -> Body:
        query = {"job_id": job_id}
        answer = self._ask("GET", "/api/linkedin/search/create-job", params=query)
        job: Body = answer["job"]
        return job

    def _ask(self, method: str, path: str, **request: Any) -> Body:
        """Return the JSON answer; Failure for anything but success."""
        try:
            response = self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            raise Failure(f"{method} {path}: {error}") from None
        try:
            answer: Body = response.json()
        except ValueError:
            answer = {}
        if not response.is_success or answer.get("success") is not True:
            said = answer.get("error") or response.reason_phrase
            raise Failure(f"{method} {path}: {response.status_code} {said}")
        return answer


def _progress_line(job: Body) -> str:
    progress = job["progress"]
    filled = progress["percentage"] * BAR_LENGTH // 100
    bar = "█" * filled + "░" * (BAR_LENGTH - filled)
    counts = f"({progress['current']}/{progress['total']})"
    line = f"   [{bar}] {progress['percentage']}% {counts} - {job['status']}"
    if job.get("wait_reason"):
        line += f", {job['wait_reason']} until {job['next_step_at']}"
    return line


def _stuck(job: Body) -> str:
    return (
        f"Nothing changed for {NOTHING_NEW_FOR_S:.0f} s: {job['status']}, "
        f"{job['progress']['current']} of {job['progress']['total']}. "
        "Are a worker and a dispatcher running?"
    )
