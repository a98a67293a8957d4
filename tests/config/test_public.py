"""A site that the world sees: what it must be given, and how its cookies travel."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PUBLIC = {
    "SITE_URL": "https://shortlist.example",
    "ALLOWED_HOSTS": "shortlist.example",
    "SECRET_KEY": "s" * 50,
    "UNIPILE_DSN": "api1.unipile.example:13111",
    "UNIPILE_API_KEY": "key",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "DEBUG": "false",
    "UNIPILE_IS_SANDBOX": "false",
}
ASKED = (
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
)
PRINTED = (
    "import json, sys; from config import settings as s; "
    "print(json.dumps({name: getattr(s, name) for name in sys.argv[1:]}))"
)


def start(
    var_dir: Path, *asked: str, **changed: str
) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, where only these are given."""
    return subprocess.run(
        [sys.executable, "-c", PRINTED, *asked],
        cwd=ROOT,
        env={**PUBLIC, "VAR_DIR": str(var_dir), **changed},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_its_cookies_travel_by_https_alone(tmp_path: Path) -> None:
    assert json.loads(start(tmp_path, *ASKED).stdout) == {
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "", "give SECRET_KEY"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS"),
        ("UNIPILE_API_KEY", "", "UNIPILE_API_KEY of a real"),
        ("UNIPILE_IS_SANDBOX", "true", "the sandbox is for demos"),
        ("DEBUG", "true", "DEBUG would show"),
    ],
)
def test_it_does_not_start_with_what_is_for_demos(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    started = start(tmp_path, **{name: value})
    assert started.returncode != 0
    assert said in started.stderr


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "UNIPILE_API_KEY", "UNIPILE_WEBHOOK_SECRET", "DEMO_PASSWORD"],
)
def test_a_secret_that_begins_with_a_dollar_sign_is_taken_as_it_is(
    tmp_path: Path, name: str
) -> None:
    started = start(tmp_path, name, **{name: "$HOME"})
    assert json.loads(started.stdout) == {name: "$HOME"}
