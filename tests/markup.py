"""How tests read a page: by its markup, not by how a template is laid out."""

from __future__ import annotations

import re

from django.http import HttpResponse


def markup(page: HttpResponse) -> str:
    """Return a page on one line: a line break beside a tag is nothing, else a space."""
    html = page.content.decode()
    beside_tags = r"(?<=>)\s*\n\s*|\s*\n\s*(?=<)"
    return re.sub(r"\s+", " ", re.sub(beside_tags, "", html))
