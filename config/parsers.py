"""How is a request's body read? As UTF-8 JSON of at most 1 MB, or it is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant


class StrictJSONParser(JSONParser):
    """DRF's parser reads the body past Django's limit and fails on deep nesting."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the parsed body.

        Raises:
            RequestDataTooBig: over DATA_UPLOAD_MAX_MEMORY_SIZE.
            ParseError: not UTF-8, not JSON, or nested too deep to read.
        """
        body = (parser_context or {})["request"].body
        try:
            return json.loads(body.decode(), parse_constant=strict_constant)
        except (ValueError, RecursionError):
            raise ParseError from None
