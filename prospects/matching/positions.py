"""How are criteria judged that are about somebody's positions?

A position that holds what was asked is looked for from the one shown to the past ones.
Words are compared, not what they may mean: 'CEO' is in 'CEO & Founder', not in
'Chief Executive'.
"""

from __future__ import annotations

from collections.abc import Callable

from prospects.matching.marks import Mark, Place, Verdict
from prospects.matching.subject import Job, Subject
from prospects.matching.terms import alternatives_of, holds, is_same, terms_of

Named = list[tuple[str, str | None]]
Rule = Callable[[Subject], Mark]


def _by_position(
    criterion: str,
    subject: Subject,
    field: Callable[[Job], str],
    is_it: Callable[[Job], bool],
) -> Mark:
    """Look for a position that is it; no other position that is told may refute it."""
    jobs = subject.jobs()
    for job in jobs:
        if is_it(job):
            return Mark(criterion, Verdict.YES, field(job), job.place)
    told = [field(job) for job in jobs if job.place is not Place.PAST and field(job)]
    if not told:
        return Mark(criterion, Verdict.UNKNOWN, "none listed")
    if subject.has_flag("title_from_headline"):
        return Mark(criterion, Verdict.UNKNOWN, "only a headline is given")
    return Mark(criterion, Verdict.NO, told[0])


def title(asked: str) -> Rule:
    either = alternatives_of(asked)
    if not either:
        mark = Mark("title", Verdict.UNKNOWN, f"“{asked}” asks for more than words")
        return lambda subject: mark

    def is_it(job: Job) -> bool:
        return any(holds(job.role, terms) for terms in either)

    return lambda subject: _by_position("title", subject, lambda job: job.role, is_it)


def company(asked: Named) -> Rule:
    ids = {value for value, _ in asked if value.isdigit()}
    names = [name for value, name in asked if value in ids and name]
    words = [terms_of(value) for value, _ in asked if value not in ids]

    def is_it(job: Job) -> bool:
        return (
            (bool(job.company_id) and job.company_id in ids)
            or any(is_same(job.company, name) for name in names)
            or any(holds(job.company, terms) for terms in words)
        )

    def rule(subject: Subject) -> Mark:
        mark = _by_position("company", subject, lambda job: job.company, is_it)
        if mark.verdict is Verdict.NO and ids:
            current = [job for job in subject.jobs() if job.place is not Place.PAST]
            if not all(job.company_id for job in current):
                return mark._replace(verdict=Verdict.UNKNOWN)
        return mark

    return rule
