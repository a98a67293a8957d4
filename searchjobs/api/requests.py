"""What a request must look like; each wrong field is named with a sentence."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from accounts.errors import Refusal
from searchjobs import lookups
from searchjobs.api.fields import Criteria, NothingElse, Text, Uuid, WholeNumber
from searchjobs.listings import Place
from searchjobs.models import SearchSource, SearchType
from searchjobs.planning import MOST_PEOPLE
from searchjobs.states import JobStatus

MOST_PER_PAGE = 500
MOST_JOBS = 200
FARTHEST_PAGE = 1_000_000_000


class Preview(NothingElse):
    """What a search would be asked for."""

    search_criteria = Criteria()
    target_count = WholeNumber(min_value=1, max_value=MOST_PEOPLE, default=1000)
    account_id = Uuid(
        required=False,
        allow_null=True,
        help_text="Which of your accounts; else the one with the strongest api.",
    )


class CreateJob(Preview):
    """The body of create-job."""

    search_type = serializers.ChoiceField(
        SearchType.choices, default=SearchType.LINKEDIN.value
    )
    name = Text(required=False, allow_null=True, allow_blank=True, max_length=200)


class ResultsQuery(serializers.Serializer[Any]):
    page = serializers.IntegerField(
        min_value=1, max_value=FARTHEST_PAGE, default=1, help_text="From 1."
    )
    per_page = serializers.IntegerField(
        min_value=1, max_value=MOST_PER_PAGE, default=50
    )
    after = serializers.IntegerField(
        min_value=-1,
        max_value=FARTHEST_PAGE,
        required=False,
        help_text="A position: the people behind it, however deep, instead of a page.",
    )


class EventsQuery(serializers.Serializer[Any]):
    since = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, default=0, help_text="A revision."
    )


class ParametersQuery(serializers.Serializer[Any]):
    type = serializers.ChoiceField(lookups.TYPES)
    keywords = serializers.CharField(max_length=lookups.LONGEST_KEYWORDS)
    api = serializers.ChoiceField(
        SearchSource.choices,
        required=False,
        help_text="The product to search; else the strongest that you have.",
    )


class JobsQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(JobStatus.choices, required=False)
    search_source = serializers.ChoiceField(SearchSource.choices, required=False)
    created_after = serializers.DateTimeField(required=False, default_timezone=UTC)
    q = serializers.CharField(
        required=False, max_length=200, help_text="Part of a search's name."
    )
    per_page = serializers.IntegerField(min_value=1, max_value=MOST_JOBS, default=50)
    cursor = serializers.CharField(
        required=False, max_length=200, help_text="From `next_cursor`."
    )

    def validate_cursor(self, text: str) -> Place:
        try:
            return Place.of(text)
        except ValueError:
            raise serializers.ValidationError("This cursor is not ours.") from None


def body_of(request: Request, kind: type[serializers.Serializer[Any]]) -> Any:
    """Return the request's body, checked."""
    return _checked(kind(data=request.data))


def query_of(request: Request, kind: type[serializers.Serializer[Any]]) -> Any:
    """Return the request's query, checked."""
    return _checked(kind(data=request.query_params.dict()))


def job_id_in(request: Request) -> uuid.UUID:
    """Return the query's job_id.

    Raises:
        Refusal: job_id_required, or invalid_request for one that is no uuid.
    """
    text = request.query_params.get("job_id")
    if not text:
        raise Refusal("job_id required", code="job_id_required")
    return uuid_of(text, field="job_id")


def uuid_of(text: str, *, field: str) -> uuid.UUID:
    """Return the uuid; raises Refusal (invalid_request) naming the field."""
    try:
        return uuid.UUID(str(Uuid().run_validation(text)))
    except serializers.ValidationError:
        raise Refusal(
            "The request is not valid; see `fields` for what to change.",
            fields={field: "This is not a uuid."},
        ) from None


def _checked(serializer: serializers.Serializer[Any]) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
