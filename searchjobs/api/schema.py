"""The shapes of answers, for the OpenAPI schema; `answers.py` makes them."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers as s

from searchjobs.api.fields import Criteria
from searchjobs.models import SearchSource, SearchType
from searchjobs.states import (
    CompletionReason,
    EventKind,
    JobStatus,
    Move,
    WaitReason,
)

Shape = s.Serializer[Any]
TAGS: Final = ["searches"]

WORKSPACE = OpenApiParameter(
    "X-Workspace-Id",
    str,
    OpenApiParameter.HEADER,
    description="Which of your workspaces; needed only where you have several.",
)
JOB_ID = OpenApiParameter("job_id", str, required=True, description="A job's uuid.")
JOB_PATH = OpenApiParameter(
    "job_id", str, OpenApiParameter.PATH, description="A job's uuid."
)
ACCOUNT_PATH = OpenApiParameter(
    "account_id", str, OpenApiParameter.PATH, description="An account's uuid."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="At most 255 characters: the same key and body within 24 h gives the "
    "first answer again, with `Idempotent-Replayed: true`.",
)


class Problem(s.Serializer[Any]):
    """Every error."""

    success = s.BooleanField(default=False)
    error = s.CharField()
    code = s.CharField()
    action = s.CharField(required=False)
    fields_ = s.DictField(child=s.CharField(), required=False)
    allowed = s.ListField(child=s.ChoiceField(Move.choices), required=False)
    retry_after = s.IntegerField(required=False)
    until = s.DateTimeField(required=False)
    request_id = s.CharField()

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class Metadata(Shape):
    api = s.ChoiceField(SearchSource.choices)
    max_results = s.IntegerField()
    estimated_time_seconds = s.IntegerField(min_value=1)
    capped = s.BooleanField()
    page_size = s.IntegerField()
    warnings = s.ListField(child=s.CharField())
    quota_left_today = s.IntegerField(allow_null=True)


class Created(Shape):
    success = s.BooleanField()
    job_id = s.UUIDField()
    status = s.ChoiceField(JobStatus.choices)
    message = s.CharField()
    metadata = Metadata()


class Progress(Shape):
    current = s.IntegerField(min_value=0)
    total = s.IntegerField(min_value=0)
    percentage = s.IntegerField(min_value=0, max_value=100)


class Job(Shape):
    id = s.UUIDField()
    status = s.ChoiceField(JobStatus.choices)
    progress = Progress()
    results_count = s.IntegerField()
    started_at = s.DateTimeField(allow_null=True)
    completed_at = s.DateTimeField(allow_null=True)
    error_message = s.CharField(allow_null=True)
    error_code = s.CharField(allow_null=True)
    account_status = s.CharField(help_text="ok, or why its searches are paused.")
    account_advice = s.CharField(allow_null=True, help_text="What to do about that.")
    revision = s.IntegerField()
    name = s.CharField()
    search_criteria = Criteria()
    search_type = s.ChoiceField(SearchType.choices)
    search_source = s.ChoiceField(SearchSource.choices)
    account_id = s.UUIDField()
    user_id = s.UUIDField()
    workspace_id = s.UUIDField()
    created_at = s.DateTimeField()
    updated_at = s.DateTimeField()
    target_count = s.IntegerField()
    completion_reason = s.ChoiceField(CompletionReason.choices, allow_null=True)
    completion_text = s.CharField(
        allow_null=True, help_text="Why it completed, in one sentence."
    )
    available_total = s.IntegerField(
        allow_null=True, help_text="The most that LinkedIn said exist."
    )
    received = s.IntegerField()
    duplicates = s.IntegerField()
    invalid = s.IntegerField()
    surplus = s.IntegerField()
    missed = s.IntegerField(
        allow_null=True,
        help_text="At the end: about how many of those wanted LinkedIn never showed; "
        "null where nobody can know.",
    )
    replays = s.IntegerField(
        help_text="Passes over LinkedIn's list after the first, for people it missed."
    )
    requests = s.IntegerField()
    wait_reason = s.ChoiceField(WaitReason.choices, allow_null=True)
    next_step_at = s.DateTimeField(allow_null=True)
    estimated_seconds_left = s.IntegerField(allow_null=True)
    estimated_start_at = s.DateTimeField(
        allow_null=True, help_text="Of its next turn; null: it does not run."
    )
    estimated_end_at = s.DateTimeField(allow_null=True)
    forecast = s.CharField(allow_null=True, help_text="Both in one sentence, in UTC.")
    quota_used = s.IntegerField(
        allow_null=True, help_text="People its account and api received in 24 h."
    )
    quota_limit = s.IntegerField(allow_null=True, help_text="Null: no limit.")


class JobAnswer(Shape):
    success = s.BooleanField()
    job = Job()


class JobsAnswer(Shape):
    success = s.BooleanField()
    jobs = Job(many=True)
    next_cursor = s.CharField(allow_null=True)


class Prospect(Shape):
    id = s.CharField(help_text="linkedin_ and LinkedIn's id.")
    name = s.CharField()
    firstName = s.CharField(allow_null=True)
    lastName = s.CharField(allow_null=True)
    headline = s.CharField(allow_null=True)
    title = s.CharField(allow_null=True)
    company = s.CharField(allow_null=True)
    industry = s.CharField(allow_null=True)
    linkedinUrl = s.CharField(allow_null=True)
    publicIdentifier = s.CharField(allow_null=True)
    entityUrn = s.CharField(allow_null=True)
    location = s.CharField(allow_null=True)
    connectionDegree = s.IntegerField(min_value=1, max_value=3, allow_null=True)
    mutualConnections = s.IntegerField(allow_null=True)
    premium = s.BooleanField(allow_null=True)
    openProfile = s.BooleanField(allow_null=True)
    source = s.ChoiceField(SearchSource.choices)  # type: ignore[assignment]
    scrapedAt = s.DateTimeField()
    flags = s.ListField(child=s.CharField())
    position = s.IntegerField(help_text="Order of arrival, from 0.")
    result_id = s.UUIDField(help_text="What a decision names.")


class Previewed(s.Serializer[Any]):
    """A person seen and not stored: what a result has, without its place."""

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        fields = Prospect().get_fields()
        del fields["position"], fields["result_id"]
        return fields


class PreviewMetadata(Metadata):
    account_id = s.UUIDField()
    target_count = s.IntegerField(help_text="At most what the api gives.")
    estimated_results = s.IntegerField(
        help_text="What the search would take of the day's quota."
    )
    estimated_requests = s.IntegerField(min_value=1)
    quota_used = s.IntegerField(help_text="Taken by this look.")


class PreviewAnswer(Shape):
    success = s.BooleanField()
    available_total = s.IntegerField(
        allow_null=True, help_text="How many match; null: LinkedIn did not say."
    )
    prospects = Previewed(many=True)
    metadata = PreviewMetadata()


class Pagination(Shape):
    page = s.IntegerField(allow_null=True, help_text="Null when read by `after`.")
    per_page = s.IntegerField()
    total = s.IntegerField()
    total_pages = s.IntegerField()
    has_more = s.BooleanField()
    next_after = s.IntegerField(allow_null=True)


class ResultsAnswer(Shape):
    success = s.BooleanField()
    job_id = s.UUIDField()
    job_status = s.ChoiceField(JobStatus.choices)
    prospects = Prospect(many=True)
    pagination = Pagination()


class Event(Shape):
    revision = s.IntegerField()
    kind = s.ChoiceField(EventKind.choices)
    data = s.DictField()  # type: ignore[assignment]  # hides the base's own
    created_at = s.DateTimeField()


class EventsAnswer(Shape):
    success = s.BooleanField()
    job_id = s.UUIDField()
    revision = s.IntegerField(help_text="The job's last.")
    events = Event(many=True)
    has_more = s.BooleanField()


class Account(Shape):
    id = s.UUIDField()
    unipile_account_id = s.CharField(allow_null=True)
    name = s.CharField()
    status = s.CharField()
    advice = s.CharField(allow_null=True, help_text="What to do; null: in order.")
    api = s.ChoiceField(SearchSource.choices)
    apis = s.ListField(child=s.ChoiceField(SearchSource.choices))
    quota_left_today = s.IntegerField(allow_null=True)
    quotas_left_today = s.DictField(child=s.IntegerField(allow_null=True))
    next_turn_at = s.DateTimeField()
    wait_reason = s.CharField(allow_null=True)
    pace = s.CharField(allow_null=True, help_text="Slower since a 429? In words.")
    working_hours = s.CharField(allow_null=True, help_text="In words; null: any hour.")
    status_changed_at = s.DateTimeField()
    synced_at = s.DateTimeField(allow_null=True)


class AccountAnswer(Shape):
    success = s.BooleanField()
    account = Account()


class LinkAnswer(Shape):
    success = s.BooleanField()
    url = s.URLField(help_text="Opens Unipile's page; not to be put into a frame.")
    expires_at = s.DateTimeField()


class AccountsAnswer(Shape):
    success = s.BooleanField()
    accounts = Account(many=True)


class Parameter(Shape):
    id = s.CharField()
    title = s.CharField()


class ParametersAnswer(Shape):
    success = s.BooleanField()
    type = s.CharField()
    items = Parameter(many=True)


class Done(Shape):
    success = s.BooleanField()


SetUp = inline_serializer(
    "SetUp",
    {
        "success": s.BooleanField(),
        "message": s.CharField(),
        "tables_verified": s.DictField(child=s.BooleanField()),
    },
)


def answers(good: Any, *statuses: int) -> dict[int, Any]:
    """Return what an operation can answer, for `extend_schema(responses=…)`.

    Every one can say 401 and 403, 429 and 503; `statuses` are the others.
    """
    return {200: good} | dict.fromkeys(sorted({*statuses, 401, 403, 429, 503}), Problem)
