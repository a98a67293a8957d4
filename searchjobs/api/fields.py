"""Parts of request bodies that take JSON at its word: true is no number."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class WholeNumber(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class Text(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Uuid(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid", value="This")
        return uuid.UUID(data)


class NothingElse(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a mistyped one would be lost in silence,
    and a mistyped filter decide on more."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = data.keys() - self.fields.keys() if isinstance(data, Mapping) else ()
        if unknown:
            raise serializers.ValidationError(
                {_printable(name): "This field is not known." for name in unknown}
            )
        return super().to_internal_value(data)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


_IDS = {
    "type": "array",
    "maxItems": 500,
    "items": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]},
}
_TEXT = {"type": "string", "maxLength": 1000}
CRITERIA_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "category": {"type": "string", "enum": ["people"]},
        "api": {
            "type": "string",
            "enum": ["classic", "sales_navigator", "recruiter"],
            "description": "Left out: the strongest that the account has.",
        },
        "url": {
            "type": "string",
            "maxLength": 8000,
            "description": "A search pasted from the browser; overrides the filters.",
        },
        "keywords": _TEXT,
        "title": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "location": _IDS,
        "industry": _IDS,
        "school": _IDS,
        "company": {**_IDS, "description": "Ids or names."},
        "company_headcount": {
            "type": "array",
            "maxItems": 500,
            "items": {
                "oneOf": [
                    {"type": "string", "enum": list("ABCDEFGHI")},
                    {
                        "type": "object",
                        "properties": {
                            "min": {"type": "integer"},
                            "max": {"type": "integer"},
                        },
                    },
                ]
            },
        },
        "seniority": {
            "type": "array",
            "maxItems": 500,
            "items": {"type": "string"},
        },
        "network_distance": {
            "type": "array",
            "maxItems": 500,
            "items": {"enum": [1, 2, 3, "GROUP"]},
        },
        "profile_language": {
            "type": "array",
            "maxItems": 500,
            "items": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
        },
    },
    "example": {
        "category": "people",
        "keywords": "CEO tech startup",
        "location": ["103644278"],
        "title": "CEO",
        "company_headcount": ["B", "C"],
    },
}


@extend_schema_field(CRITERIA_SCHEMA)
class Criteria(serializers.Field[dict[str, Any], Any, Any, Any]):
    """A JSON object; what stands in it is judged by `unipile_client.criteria`."""

    default_error_messages = {"invalid": "This must be an object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value
