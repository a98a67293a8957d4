"""The smoke test against a server of which each answer is scripted.

That it passes against the real one is shown where the whole system is started.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from searchjobs.management.commands import smoke_test

TABLES = {"prospect_search_jobs": True, "prospect_search_results": True}
PERSON = {
    "name": "John Doe",
    "title": "CEO",
    "company": "Tech Startup Inc",
    "location": "San Francisco, CA",
    "linkedinUrl": "https://linkedin.com/in/johndoe",
}


class Script:
    """What the server answers: a status and a body, or one after another of them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.tables: Any = (200, {"success": True, "tables_verified": TABLES})
        self.created: Any = (
            200,
            {
                "success": True,
                "job_id": "550e8400",
                "status": "queued",
                "metadata": {
                    "api": "sales_navigator",
                    "max_results": 2500,
                    "estimated_time_seconds": 15,
                },
            },
        )
        self.states = [job_in("queued", 0), job_in("completed", 50)]
        self.results: Any = (
            200,
            {
                "success": True,
                "prospects": [PERSON] * 10,
                "pagination": {"total": 50, "total_pages": 5},
            },
        )

    def answer(self, method: str, path: str) -> tuple[int, Any]:
        match method, path.split("?")[0]:
            case "POST", "/api/admin/setup-search-jobs-tables":
                found = self.tables
            case "POST", "/api/linkedin/search/create-job":
                found = self.created
            case "GET", "/api/linkedin/search/create-job":
                job = self.states.pop(0) if len(self.states) > 1 else self.states[0]
                found = 200, {"success": True, "job": job}
            case _:
                found = self.results
        status, body = found
        return status, body


def job_in(status: str, current: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": "550e8400",
        "status": status,
        "progress": {"current": current, "total": 50, "percentage": current * 2},
        "results_count": current,
        "error_message": None,
        **fields,
    }


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def base_url(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            length = int(self.headers["content-length"] or 0)
            body = json.loads(self.rfile.read(length) or "null")
            script.asked.append((method, self.headers["authorization"], body))
            status, answer = script.answer(method, self.path)
            text = answer if isinstance(answer, str) else json.dumps(answer)
            self.send_response(status)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def walk(base_url: str, **options: Any) -> str:
    said = StringIO()
    call_command(
        "smoke_test",
        base_url=base_url,
        token="a-token",
        interval=0.001,
        stdout=said,
        **options,
    )
    return said.getvalue()


def test_it_prints_the_originals_five_steps(base_url: str) -> None:
    said = walk(base_url)
    said = said.replace("Duration: 0s", "Duration: 12s")
    assert said == EXPECTED


def test_it_sends_the_token_and_the_target(base_url: str, script: Script) -> None:
    walk(base_url, target_count=250)
    assert {authorization for _, authorization, _ in script.asked} == {"Token a-token"}
    assert script.asked[1][2]["target_count"] == 250


@pytest.mark.parametrize("status", ["failed", "cancelled", "paused"])
def test_any_other_end_fails_and_says_why(
    base_url: str, script: Script, status: str
) -> None:
    script.states = [job_in(status, 7, error_message="Unipile API error: 401")]
    words = f"The job is {status}: Unipile API error: 401"
    with pytest.raises(CommandError, match=words) as failed:
        walk(base_url)
    assert failed.value.returncode == 1


def test_a_table_that_lacks_fails(base_url: str, script: Script) -> None:
    tables = TABLES | {"prospect_search_results": False}
    script.tables = (200, {"success": True, "tables_verified": tables})
    with pytest.raises(CommandError, match="not as they should be"):
        walk(base_url)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((403, {"success": False, "error": "For admins only."}), "403 For admins only"),
        ((500, "<html>"), "500 Internal Server Error"),
        ((200, {"success": False, "error": "No."}), "200 No."),
        ((200, "no JSON"), "200 OK"),
    ],
)
def test_a_refusal_fails_in_the_servers_words(
    base_url: str, script: Script, answer: Any, words: str
) -> None:
    script.created = answer
    with pytest.raises(CommandError, match=words):
        walk(base_url)


def test_a_server_that_is_not_there_fails() -> None:
    with pytest.raises(CommandError, match="Connection refused"):
        walk("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("people", "total"), [(9, 50), (10, 49), (10, 51)], ids=["page", "fewer", "more"]
)
def test_people_that_were_lost_fail(
    base_url: str, script: Script, people: int, total: int
) -> None:
    script.results[1]["prospects"] = [PERSON] * people
    script.results[1]["pagination"]["total"] = total
    with pytest.raises(CommandError, match="The job stored 50 people"):
        walk(base_url)


def test_a_search_that_finds_nobody_fails(base_url: str, script: Script) -> None:
    script.results[1]["prospects"] = []
    with pytest.raises(CommandError, match="found nobody"):
        walk(base_url)


def test_a_search_that_stands_still_fails(
    base_url: str, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke_test, "NOTHING_NEW_FOR_S", 0.05)
    script.states = [job_in("queued", 0)]
    with pytest.raises(CommandError, match="Are a worker and a dispatcher running"):
        walk(base_url)


def test_fewer_people_than_asked_for_are_explained(
    script: Script, base_url: str
) -> None:
    why = "LinkedIn has no more: these are all who match."
    fewer = {"target_count": 80, "completion_text": why}
    script.states = [job_in("completed", 50, **fewer)]
    assert f"   Why fewer: {why}" in walk(base_url)


def test_a_wait_is_shown_with_its_end(base_url: str, script: Script) -> None:
    waiting = job_in(
        "processing", 10, wait_reason="rate_limited", next_step_at="2026-11-23T12:00Z"
    )
    script.states.insert(1, waiting)
    assert "processing, rate_limited until 2026-11-23T12:00Z" in walk(base_url)


EXPECTED = """\
🧪 Testing Background LinkedIn Search System
==========================================

📊 Step 1: Setting up database tables...
✅ Tables created successfully
   - prospect_search_jobs: ✅
   - prospect_search_results: ✅

🚀 Step 2: Creating search job...
✅ Job created: 550e8400
   API: sales_navigator
   Max results: 2500
   Est. time: ~15s

⏳ Step 3: Monitoring job progress...
   [░░░░░░░░░░░░░░░░░░░░] 0% (0/50) - queued
   [████████████████████] 100% (50/50) - completed
✅ Job completed successfully
   Total results: 50
   Duration: 12s

📥 Step 4: Fetching results...
✅ Fetched 10 prospects
   Total available: 50
   Pages: 5

📋 Sample prospects:

   1. John Doe
      Title: CEO
      Company: Tech Startup Inc
      Location: San Francisco, CA
      LinkedIn: https://linkedin.com/in/johndoe

   2. John Doe
      Title: CEO
      Company: Tech Startup Inc
      Location: San Francisco, CA
      LinkedIn: https://linkedin.com/in/johndoe

   3. John Doe
      Title: CEO
      Company: Tech Startup Inc
      Location: San Francisco, CA
      LinkedIn: https://linkedin.com/in/johndoe

🎉 All tests passed!
==========================================
"""
