"""What requests about prospects must look like."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from prospects import filters
from prospects.choices import MOST_NAMED
from prospects.exports.files import Format, Whom
from prospects.exports.presets import Preset
from prospects.filters import (
    LONGEST_TEXT,
    MOST_STORED,
    MOST_VALUES,
    Degree,
    Flag,
    Known,
    ReviewFilter,
    Seniority,
    Shown,
    Sort,
)
from prospects.models import DecisionValue
from prospects.notes import LONGEST_NOTE
from searchjobs.api.fields import NothingElse, Text, Uuid, WholeNumber

MOST_PER_PAGE: Final = 500


class Filter(NothingElse):
    """Whom a decision on all matching is about, as a review page's address says it."""

    job = Uuid(help_text="The search whose people these are.")
    decision = serializers.ChoiceField(Shown.choices, default=Shown.PENDING.value)
    known = serializers.ListField(
        child=serializers.ChoiceField(Known.choices),
        required=False,
        help_text="What the workspace knew of them before this search found them.",
    )
    flags = serializers.ListField(
        child=serializers.ChoiceField(Flag.choices), required=False
    )
    tag = serializers.ListField(
        child=Text(), required=False, max_length=MOST_VALUES, help_text="By name."
    )
    degree = serializers.ListField(
        child=serializers.ChoiceField(Degree.choices), required=False
    )
    title = serializers.ListField(
        child=Text(allow_blank=True, trim_whitespace=False),
        required=False,
        max_length=MOST_VALUES,
        help_text="Exactly as the rows have it; empty: none listed.",
    )
    company = serializers.ListField(
        child=Text(allow_blank=True, trim_whitespace=False),
        required=False,
        max_length=MOST_VALUES,
        help_text="Exactly as the rows have it; empty: none listed.",
    )
    location = serializers.ListField(
        child=Text(allow_blank=True, trim_whitespace=False),
        required=False,
        max_length=MOST_VALUES,
    )
    seniority = serializers.ListField(
        child=serializers.ChoiceField(Seniority.choices), required=False
    )
    q = Text(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    up_to_position = WholeNumber(
        required=False,
        min_value=0,
        max_value=MOST_STORED,
        help_text="How many people were stored when you looked: nobody who arrived "
        "later is decided on. Left out: everybody stored by now.",
    )


class Decide(NothingElse):
    """The people named by `ids` and `prospect_ids`, or those that match `filter`."""

    decision = serializers.ChoiceField(
        DecisionValue.choices, help_text="pending withdraws a decision."
    )
    ids = serializers.ListField(
        child=Uuid(), required=False, help_text="Results: `result_id`."
    )
    prospect_ids = serializers.ListField(child=Uuid(), required=False)
    filter = Filter(required=False)
    except_ = serializers.ListField(
        child=Uuid(), required=False, help_text="Results that `filter` leaves alone."
    )
    note = Text(
        required=False, allow_null=True, allow_blank=True, max_length=LONGEST_NOTE
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        fields["except"] = fields.pop("except_")
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [*attrs.get("ids", ()), *attrs.get("prospect_ids", ())]
        if len(named) > MOST_NAMED or len(attrs.get("except", ())) > MOST_NAMED:
            raise serializers.ValidationError(
                {"ids": f"Name at most {MOST_NAMED:,} people, or give a filter."}
            )
        if bool(named) == ("filter" in attrs):
            raise serializers.ValidationError(
                {"ids": "Name people by ids, or give a filter: one of the two."}
            )
        return attrs


class ListQuery(serializers.Serializer[Any]):
    job = Uuid(
        required=False,
        help_text="The people of one search, the pending too, in the order found; "
        "left out: the workspace's prospects, the latest decided first.",
    )
    decision = serializers.ChoiceField(Shown.choices, default=Shown.ALL.value)
    q = serializers.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        help_text="Words, each somewhere in name, title, company or location.",
    )
    tag = Text(
        required=False, max_length=LONGEST_TEXT, help_text="Who has this tag, by name."
    )
    list = Text(
        required=False,
        max_length=LONGEST_TEXT,
        help_text="Who is in this list, by name; not with `job`.",
    )
    after = serializers.CharField(
        required=False, max_length=2000, help_text="From `next_after`."
    )
    per_page = serializers.IntegerField(
        min_value=1, max_value=MOST_PER_PAGE, default=50
    )


class ExportQuery(serializers.Serializer[Any]):
    job = Uuid(
        required=False,
        help_text="The search whose people to export; without it, everybody the "
        "workspace decided on.",
    )
    format = serializers.ChoiceField(Format.choices, default=Format.CSV.value)
    preset = serializers.ChoiceField(
        Preset.choices,
        default=Preset.GENERIC.value,
        help_text="Whose import the columns are for; excel has the byte order mark "
        "that Excel needs to read CSV.",
    )
    decision = serializers.ChoiceField(Whom.choices, default=Whom.APPROVED.value)
    q = serializers.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        help_text="Without `job`: words, each somewhere in name, title, company or "
        "location.",
    )


def filter_of(body: Mapping[str, Any]) -> ReviewFilter:
    """Return the filter that a checked body names."""
    job_id: uuid.UUID = body["job"]
    values = {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in body.items()
        if name != "job"
    }
    return filters.parse(job_id=job_id, values=values | {"sort": [Sort.FOUND.value]})
