"""How long the machines run: seconds in the suite, minutes when somebody asks for it.

pytest tests/searchjobs/statemachine --hypothesis-profile=long
"""

from __future__ import annotations

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

LONGER = 30  # times as many examples by the long profile

_is_long = hypothesis_settings.get_current_profile_name() == "long"

TIMEOUT_S = 7200 if _is_long else 600  # a minute of work, on a machine that may be busy


def of(examples: int) -> hypothesis_settings:
    return hypothesis_settings(
        max_examples=examples * LONGER if _is_long else examples,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
