"""Which columns does each product's import expect, and under which names?

Each brings the product's own names first, which its import maps by itself, then who
decided what, when, and in which search: one maps these to fields of one's own, or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import TextChoices

from prospects.exports.columns import (
    BY_NAME,
    COLUMNS,
    Column,
    Value,
    first_name,
    last_name,
)
from prospects.exports.rows import Exported
from prospects.matching.marks import LABELS

Source = str | Column  # one of the generic columns by its name, or one of its own


class Preset(TextChoices):
    """Whose columns a file has.

    In each of them somebody's tags share a cell, and so do the lists: 'Warm | Bern',
    where a | of a name is doubled. In JSON Lines they are an array.
    """

    GENERIC = "generic", "Generic"
    EXCEL = "excel", "Excel"
    HUBSPOT = "hubspot", "HubSpot"
    SALESFORCE = "salesforce", "Salesforce"
    LEMLIST = "lemlist", "lemlist"


def heads_of(preset: Preset) -> list[tuple[str, Column]]:
    """Return each column under the name that heads it."""
    if preset == Preset.GENERIC:
        return [(column.name, column) for column in COLUMNS]
    if preset == Preset.EXCEL:
        return [(column.label, column) for column in COLUMNS]
    return [
        (head, BY_NAME[source] if isinstance(source, str) else source)
        for head, source in _IMPORTS[preset].items()
    ]


def _company(one: Exported) -> Value:
    return BY_NAME["company"].value(one) or "[not provided]"


def _camel(head: str) -> str:
    first, *others = head.lower().split()
    return first + "".join(word.title() for word in others)


_FIRST: Final = Column("first_name", "First name", first_name, 16)
_LAST: Final = Column("last_name", "Last name", last_name, 18)
_COMPANY: Final = Column("company", "Company", _company, 28)

_PROVENANCE: Final[dict[str, Source]] = {
    "Decision": "decision",
    "Decided by": "decided_by",
    "Decided at": "decided_at",
    "Search": "search",
    "Note": "note",
    "Tags": "tags",
    "Lists": "lists",
    "Match": "match",
    "Matched position": "matched_position",
    **{f"Match {key.replace('_', ' ')}": f"match_{key}" for key in LABELS},
}

# 'Set up your import files' and 'HubSpot's default contact properties', both at
# knowledge.hubspot.com: a header that is a property's name is mapped by itself.
# LinkedIn gives no e-mail address, by which HubSpot would find duplicates.
_HUBSPOT: Final[dict[str, Source]] = {
    "First Name": _FIRST,
    "Last Name": _LAST,
    "Job Title": "title",
    "Company Name": "company",
    "Industry": "industry",
    "LinkedIn URL": "linkedin_url",
    "Headline": "headline",
    "Location": "location",
}

# 'Field Mapping for Importing Leads', help.salesforce.com
# (xcloud.field_mapping_for_importing_leads): either a full name or both its parts;
# Last Name and Company are required of every lead.
_SALESFORCE: Final[dict[str, Source]] = {
    "First Name": _FIRST,
    "Last Name": _LAST,
    "Title": "title",
    "Company": _COMPANY,
    "Industry": "industry",
    "Description": "headline",
    "LinkedIn URL": "linkedin_url",
    "Location": "location",
}

# 'Lead' at developer.lemlist.com/api-reference/objects-definitions: its fields; any
# other column becomes a variable of the campaign, so that it is named like them.
_LEMLIST: Final[dict[str, Source]] = {
    "firstName": _FIRST,
    "lastName": _LAST,
    "companyName": "company",
    "linkedinUrl": "linkedin_url",
    "jobTitle": "title",
    "industry": "industry",
    "location": "location",
    "headline": "headline",
}

_IMPORTS: Final[Mapping[Preset, dict[str, Source]]] = {
    Preset.HUBSPOT: _HUBSPOT | _PROVENANCE,
    Preset.SALESFORCE: _SALESFORCE | _PROVENANCE,
    Preset.LEMLIST: _LEMLIST
    | {_camel(head): source for head, source in _PROVENANCE.items()},
}
