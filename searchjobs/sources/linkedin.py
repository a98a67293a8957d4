"""People from LinkedIn, through Unipile: our criteria out, our candidates back."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime

import msgspec
from django.conf import settings

from searchjobs.candidates import Candidate
from searchjobs.models import SearchJob
from searchjobs.sources import (
    CeilingReached,
    CursorLost,
    GiveUp,
    LimitReached,
    NeedsPerson,
    Outcome,
    Page,
    RetryAfter,
    Scope,
)
from searchjobs.states import WaitReason
from unipile_client import criteria, errors
from unipile_client.client import UnipileClient
from unipile_client.types import Api, Person, SearchPage

NO_NAME = "LinkedIn member"
NEAR_PAGES = 2  # so close to its ceiling a refusal in such words is believed
MOST_TOTAL = 2**31 - 1  # what the column holds; more is no count of people


def is_set_up() -> bool:
    return bool(settings.UNIPILE_DSN and settings.UNIPILE_API_KEY)


_kept: list[UnipileClient] = []  # none yet, or one
_one_at_a_time = threading.Lock()


def client() -> UnipileClient:
    """Return this process's client; its connections are kept between turns.

    Raises:
        ValueError: UNIPILE_DSN is no address; the text says why, and holds no key.
    """
    with _one_at_a_time:
        if not _kept:
            _kept.append(
                UnipileClient(
                    dsn=settings.UNIPILE_DSN, api_key=settings.UNIPILE_API_KEY
                )
            )
        return _kept[0]


def forget_client() -> None:
    """Close the client; the next call makes one of the settings as they are then."""
    with _one_at_a_time:
        while _kept:
            _kept.pop().close()


class LinkedInSource:
    """Fetches a job's next page: a `sources.Source`."""

    def fetch(self, job: SearchJob, *, deadline_s: float) -> Outcome:
        """Make one request; every answer Unipile documents becomes an outcome.

        What goes by before it leaves here counts too: a request that leaves late may
        meet the next one of its account, whose lease has lapsed meanwhile.
        """
        until = time.monotonic() + deadline_s
        if not is_set_up() or job.account.unipile_account_id is None:
            return _not_set_up("UNIPILE_DSN or UNIPILE_API_KEY is missing.")
        try:
            unipile = client()
        except ValueError as wrong:  # its text never holds the key
            return _not_set_up(str(wrong))
        try:
            page = unipile.search(
                account_id=job.account.unipile_account_id,
                body=criteria.translate(
                    job.search_criteria, Api(job.search_source)
                ).body,
                page_size=job.page_size,
                cursor=job.next_cursor or None,
                deadline_s=until - time.monotonic(),
            )
        except errors.UnipileError as failure:
            if failure.says_ceiling and _is_near_ceiling(job):
                return CeilingReached()
            return _outcome_of(failure, has_cursor=bool(job.next_cursor))
        return page_of(page, Api(job.search_source), now=datetime.now(UTC))


def _is_near_ceiling(job: SearchJob) -> bool:
    reached = job.pass_received + NEAR_PAGES * job.page_size
    return bool(job.next_cursor) and reached >= Api(job.search_source).ceiling


def _not_set_up(why: str) -> GiveUp:
    return GiveUp(
        code="source_not_configured",
        message=f"LinkedIn is not set up here: {why} Ask your administrator, then "
        "retry.",
    )


def _outcome_of(failure: errors.UnipileError, *, has_cursor: bool) -> Outcome:
    match failure:
        case errors.RateLimited():
            return _back_off(failure, WaitReason.RATE_LIMITED)
        case errors.ProviderDown() | errors.NetworkTrouble():
            return _back_off(failure, WaitReason.PROVIDER_DOWN)
        case errors.BackOff():
            return _back_off(failure, WaitReason.BACKING_OFF)
        case errors.CommercialUseLimit():
            return LimitReached(delay_s=failure.retry_after_s)
        case errors.JobTrouble():
            return RetryAfter(
                scope=Scope.JOB,
                reason=WaitReason.BACKING_OFF,
                code=failure.code,
                message=str(failure),
                delay_s=failure.retry_after_s,
                may_be_provider=isinstance(failure, errors.ServerError),
            )
        case errors.NeedsPerson():
            return NeedsPerson(
                account_status=failure.account_status, reason=failure.word
            )
        case errors.BadRequest() if has_cursor:
            return CursorLost()
        case _:
            return GiveUp(code=failure.code, message=str(failure))


def _back_off(failure: errors.UnipileError, reason: WaitReason) -> RetryAfter:
    return RetryAfter(
        scope=Scope.ACCOUNT,
        reason=reason,
        code=failure.code,
        message=str(failure),
        delay_s=failure.retry_after_s,
    )


def page_of(page: SearchPage, api: Api, *, now: datetime) -> Page:
    """Turn Unipile's page into ours; rows without an id are counted, not kept."""
    candidates = [
        Candidate(
            provider_id=person.provider_id,
            person_keys=keys_of(person, api),
            prospect_data=prospect_data_of(person, api, now=now),
        )
        for person in page.people
        if person.provider_id is not None
    ]
    return Page(
        candidates=candidates,
        invalid=len(page.people) - len(candidates),
        next_cursor=page.cursor,
        available_total=(
            page.total_count if (page.total_count or 0) <= MOST_TOTAL else None
        ),
    )


def keys_of(person: Person, api: Api) -> list[str]:
    """Return who it is across searches and apis, strongest first.

    LinkedIn's ids differ per api for the same person (Unipile's guide, samples).
    """
    keys = [f"urn:{person.member_urn}"] if person.member_urn else []
    if person.public_identifier:
        keys.append(f"slug:{person.public_identifier}")
    return [*keys, f"id:{api}:{person.provider_id}"]


def prospect_data_of(person: Person, api: Api, *, now: datetime) -> dict[str, object]:
    """Return the person in the original's keys.

    Title and company come from the first current position. Where there is none they are
    read off the headline only when it can be read one way ('CEO at Acme'), and flagged.
    """
    title, company, flags = _work_of(person)
    if person.name is None:
        flags.append("anonymous")
    return {
        "id": f"linkedin_{person.provider_id}",
        "name": person.name or NO_NAME,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "headline": person.headline,
        "title": title,
        "company": company,
        "industry": person.industry,
        "linkedinUrl": linkedin_url_of(person),
        "publicIdentifier": person.public_identifier,
        "entityUrn": person.member_urn,
        "location": person.location,
        "connectionDegree": degree_of(person.network_distance),
        "mutualConnections": person.shared_connections,
        "premium": person.premium,
        "openProfile": person.open_profile,
        "source": str(api),
        "scrapedAt": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "flags": flags,
        "raw": msgspec.Raw(person.raw),
    }


def _work_of(person: Person) -> tuple[str | None, str | None, list[str]]:
    if person.positions:
        position = person.positions[0]
        flags = [] if position.company else ["no_company"]
        return position.role, position.company, flags
    parts = re.split(r"\s+(?:at|@)\s+", person.headline or "", flags=re.IGNORECASE)
    if len(parts) == 2 and all(re.fullmatch(r"[^|,;·•\n]{2,80}", p) for p in parts):
        return parts[0].strip(), parts[1].strip(), ["title_from_headline"]
    return None, None, ["headline_only" if person.headline else "no_company"]


def linkedin_url_of(person: Person) -> str | None:
    """Return the profile's address without its query.

    A `miniProfileUrn` left in it once sent a message to the wrong person.
    """
    url = person.public_profile_url or person.profile_url
    if person.public_identifier:
        url = f"https://www.linkedin.com/in/{person.public_identifier}"
    return re.split(r"[?#]", url)[0] if url else None


def degree_of(network_distance: str | None) -> int | None:
    """Return 1 to 3, or None out of network (0 would be oneself: None too)."""
    match = re.fullmatch(r"DISTANCE_([123])", network_distance or "")
    return int(match[1]) if match else None
