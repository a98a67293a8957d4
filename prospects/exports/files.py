"""One file: who is in it, in which columns and format, and under which name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from prospects.exports import as_csv, as_jsonl, as_xlsx
from prospects.exports.presets import Preset, heads_of
from prospects.exports.rows import Pieces
from prospects.filters import Shown


class Format(TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel workbook"
    JSONL = "jsonl", "JSON Lines"


MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/x-ndjson",
}


class Whom(TextChoices):
    """Who is exported. The rejected only where they are asked for by their name."""

    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    ALL = "all", "Everybody, the rejected too"

    @property
    def shown(self) -> Shown:
        return Shown(self.value)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody asked for; a file says each person's decision whoever is in it."""

    format: Format = Format.CSV
    preset: Preset = Preset.GENERIC
    whom: Whom = Whom.APPROVED


def answer(wanted: Wanted, pieces: Pieces, *, title: str) -> StreamingHttpResponse:
    """Return the file as a download."""
    name = content_disposition_header(True, file_name(wanted, title=title))
    return StreamingHttpResponse(
        write(wanted, pieces, title=title),
        content_type=MEDIA_TYPES[wanted.format],
        headers={"Content-Disposition": name or "", "Cache-Control": "no-store"},
    )


def write(wanted: Wanted, pieces: Pieces, *, title: str) -> Iterator[bytes]:
    heads = heads_of(wanted.preset)
    if wanted.format == Format.XLSX:
        return as_xlsx.write(heads, pieces, title=title)
    if wanted.format == Format.JSONL:
        return as_jsonl.write(heads, pieces)
    return as_csv.write(heads, pieces, for_excel=wanted.preset == Preset.EXCEL)


def file_name(wanted: Wanted, *, title: str) -> str:
    """Return a name every file system takes: the title, who is in it, for what."""
    plain = re.sub(r"[^\w -]+", "", title.replace("–", "-"))
    parts = [plain.strip()[:80] or "Search", wanted.whom.value]
    if wanted.preset not in (Preset.GENERIC, Preset.EXCEL):
        parts.append(wanted.preset.label)
    return f"{' - '.join(parts)}.{wanted.format}"
