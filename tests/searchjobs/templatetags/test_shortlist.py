"""Times on pages: the viewer's own, by the page's script."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchjobs.quotas import Quota
from searchjobs.selectors import Outlook
from searchjobs.templatetags import shortlist

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
UNTIL = "2026-03-04T07:05:00Z"


@pytest.mark.parametrize("said", ["07:05 UTC", "07:05 UTC on 4 Mar"])
def test_the_time_in_a_refusal_becomes_the_viewer_s(said: str) -> None:
    words = f"12:00 UTC <Anna> waits until {said}: it was asked to."
    shown = shortlist.with_clock(words, UNTIL)
    assert shown.startswith("12:00 UTC &lt;Anna&gt; waits until <time ")
    assert f'datetime="{UNTIL.replace("Z", "")}' in shown
    assert "data-clock" in shown
    assert shown.endswith("</time>: it was asked to.")


def test_a_refusal_without_a_time_stays_as_it_is() -> None:
    assert shortlist.with_clock("Busy.", None) == "Busy."
    assert shortlist.with_clock("Busy.", UNTIL) == "Busy."


@pytest.mark.parametrize(
    ("starts_s", "shown"),
    [
        (240, "in about 4 min"),
        (7200, 'about <time datetime="2026-03-03T14:00:00Z" data-clock>'),
    ],
)
def test_a_start_that_is_far_off_is_said_by_the_viewer_s_clock(
    starts_s: float, shown: str
) -> None:
    ahead = Outlook(
        place=1,
        line=1,
        starts_s=starts_s,
        ends_s=9000,
        now=NOON,
        wait=None,
        quota=Quota(limit=0, hours=()),
    )
    assert shortlist.starts(ahead).startswith(shown)
