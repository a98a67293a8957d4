"""The one SQL that joins a search's results to what the workspace decided on them.

`Person` columns are made here, conditions on them too; `review`, `services` and
`exports` only choose among them. A result's decision is its prospect's: that of the
alias of its strongest known key, one row at most.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from prospects.filters import Flag, Place, ReviewFilter, Sort
from prospects.models import FOLDED, PLAIN, UNICODE, LabelKind


def folded(columns: str) -> str:
    """Return the SQL of the text that `folded_words` are searched in."""
    return FOLDED % {"expressions": f"concat_ws(E'\\n', {columns})"}


_ACCENTS: Final = re.compile("[\u0300-\u036f]")


def folded_words(q: str) -> list[str]:
    """Return what is looked for: every word must be in it somewhere, in any case, with
    or without its accents."""
    plain = unicodedata.normalize("NFD", q).casefold().translate(str.maketrans(*PLAIN))
    return _ACCENTS.sub("", plain).split()


_SENIORITY: Final = r"""
CASE
    WHEN d.title IS NULL OR d.title ~* '\massistant\M.*\mto\M' THEN 'other'
    WHEN d.title ~* '(?<!product )(?<!process )\m(owner|proprietor)\M|\m(co-?)?founder'
        THEN 'owner'
    WHEN d.title ~* '\m(chief|c[efotimprsd]o|chro|ciso)\M' THEN 'cxo'
    WHEN d.title ~* '\m([aers]?vp|vice[ -]president)\M' THEN 'vp'
    WHEN d.title ~* '\mpresident\M' THEN 'cxo'
    WHEN d.title ~* '\m(director|head|directeur|direktor)\M' THEN 'director'
    WHEN d.title ~* '\m(manager|lead)\M' THEN 'manager'
    ELSE 'other'
END
"""

# OFFSET 0 keeps each look-up apart, one key by the unique index: joined in, a planner
# whose statistics are young reads all of the workspace's aliases for every row.
PROSPECT_OF_RESULT: Final = """
FROM unnest(r.person_keys) WITH ORDINALITY AS k(key, strength)
CROSS JOIN LATERAL (
    SELECT a.prospect_id FROM person_aliases a
    WHERE a.workspace_id = r.workspace_id AND a.key = k.key OFFSET 0
) a
CROSS JOIN LATERAL (
    SELECT p.* FROM prospects p WHERE p.id = a.prospect_id OFFSET 0
) p
ORDER BY k.strength LIMIT 1
"""


def _item(raw: str) -> str:
    """Return the SQL of what `matching` looks at in the item as the source sent it."""
    keys = ("current_positions", "work_experience", "education", "network_distance")
    pairs = ", ".join(f"'{key}', {raw}->'{key}'" for key in keys)
    return f"jsonb_build_object({pairs})"


# What scores are made of; positions are dense, so that theirs is the place in the list.
COMPARED: Final = f"""
SELECT r.prospect_data - 'raw', {_item("d.raw")}, {_SENIORITY}
FROM prospect_search_results r
CROSS JOIN LATERAL jsonb_to_record(r.prospect_data) AS d(title text, raw jsonb)
WHERE r.job_id = %(job)s AND r.position >= %(position)s
ORDER BY r.position
"""

# By their strongest key alone, which nearly every row of every api has: an index of all
# keys would cost each page far more (docs/architecture.md, 'Known people').
_FOUND_BEFORE: Final = """
FROM prospect_search_results e
WHERE e.workspace_id = r.workspace_id AND e.person_keys[1] = ANY (r.person_keys)
  AND e.job_id <> r.job_id AND e.id < r.id
"""


def _labels_of_prospect(kind: LabelKind) -> str:
    return f"""
    ARRAY(SELECT l.name::text FROM prospect_label_entries e
          JOIN prospect_labels l ON l.id = e.label_id
          WHERE e.prospect_id = p.id AND l.kind = '{kind}' ORDER BY lower(l.name))
    """


TAGS_OF_PROSPECT: Final = _labels_of_prospect(LabelKind.TAG)
LISTS_OF_PROSPECT: Final = _labels_of_prospect(LabelKind.LIST)

_PERSON: Final = f"""
SELECT r.id, r.job_id, r.position, r.person_keys, r.created_at AS found_at,
       r.prospect_data, {_item("(r.prospect_data->'raw')")} AS item,
       d.name, nullif(d.title, '') AS title, nullif(d.company, '') AS company,
       nullif(d.location, '') AS location,
       coalesce(d."connectionDegree", 'none') AS degree,
       {_SENIORITY} AS seniority,
       {folded("d.name, d.title, d.company, d.location")} AS haystack,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(d.flags, '[]'))) AS flags,
       CASE WHEN p.is_decided AND p.found_in IS DISTINCT FROM r.job_id THEN p.decision
            WHEN EXISTS (SELECT {_FOUND_BEFORE}) THEN 'found' ELSE 'new' END AS known,
       coalesce(p.decision, 'pending') AS decision,
       p.id AS prospect_id, p.decided_by_id, p.decided_at, coalesce(p.note, '') AS note,
       p.note_by_id, p.note_at, coalesce(p.tags, '{{}}') AS tags,
       coalesce(p.lists, '{{}}') AS lists, p.found_in
FROM prospect_search_results r
CROSS JOIN LATERAL jsonb_to_record(r.prospect_data) AS d(
    name text, title text, company text, location text, "connectionDegree" text,
    flags jsonb
)
LEFT JOIN LATERAL (
    SELECT p.*, p.decision <> 'pending' AS is_decided, {TAGS_OF_PROSPECT} AS tags,
           {LISTS_OF_PROSPECT} AS lists,
           (SELECT f.job_id FROM prospect_search_results f WHERE f.id = p.found_by_id)
               AS found_in
    {PROSPECT_OF_RESULT}
) p ON true
"""

# What each facet asks of a person; a facet without a choice is not in the mapping.
_CONDITIONS: Final = {
    "decision": "decision = %(decision)s",
    "known": "known = ANY(%(known)s::text[])",
    "flags": "(flags && %(flags)s::text[] OR (%(unflagged)s AND flags = '{}'))",
    "tag": "tags && %(tag)s::text[]",
    "list": "lists && %(list)s::text[]",
    "degree": "degree = ANY(%(degree)s::text[])",
    "title": "coalesce(title, '') = ANY(%(title)s::text[])",
    "company": "coalesce(company, '') = ANY(%(company)s::text[])",
    "location": "coalesce(location, '') = ANY(%(location)s::text[])",
    "seniority": "seniority = ANY(%(seniority)s::text[])",
    "q": "haystack LIKE ALL (%(words)s::text[])",
    "person": "id = %(person)s",
}

# A sort key is one text, nothing listed last; accents sort within their letter.
_SORTED_BY: Final = {Sort.NAME: "name", Sort.TITLE: "title", Sort.COMPANY: "company"}
SORT_KEYS: Final[dict[Sort, str]] = {
    Sort.FOUND: "''",
    Sort.DEGREE: "degree",
    # who arrived after the scores were read comes last
    Sort.MATCH: "coalesce(lpad((100 - (%(scores)s::int[])[position + 1])::text, 3, "
    "'0'), '999')",
} | {
    sort: f"coalesce('0' || left(casefold(normalize(nullif({column}, ''), NFD) "
    f"{UNICODE}), 200), '1')"
    for sort, column in _SORTED_BY.items()
}


def matching(
    chosen: ReviewFilter,
    columns: str,
    *,
    after: Place | None = None,
    limit: int | None = None,
    scores: Sequence[int] = (),
) -> tuple[str, dict[str, Any]]:
    """Return the query of these columns of the people that match, in their order.

    `after` reads behind a place by keyset: any depth costs the same. `scores` are
    everybody's by position, where they are sorted by.
    """
    key = SORT_KEYS[chosen.sort]
    wanted = list(conditions(chosen).values())
    params = params_of(chosen) | {"scores": list(scores)}
    if after is not None:
        params |= {"after_key": after.key, "after_position": after.position}
        wanted.append(_behind(chosen.sort, key))
    order = "position" if chosen.sort == Sort.FOUND else f"{key}, position"
    sql = (
        f"SELECT {columns}, {key} AS sort_key FROM ({people(chosen)}) AS person "
        f"WHERE {' AND '.join(wanted) or 'true'} ORDER BY {order}"
    )
    if limit is not None:
        params["limit"] = limit
        sql += " LIMIT %(limit)s"
    return sql, params


def _behind(sort: Sort, key: str) -> str:
    if sort == Sort.FOUND:
        return "position > %(after_position)s"
    return f"({key}, position) > (%(after_key)s, %(after_position)s)"


def people(chosen: ReviewFilter) -> str:
    """Return the query of everybody the filter's job had found, undecided or not."""
    arrived = "" if chosen.up_to_position is None else "AND r.position < %(up_to)s"
    return f"{_PERSON} WHERE r.job_id = %(job)s {arrived}"


def named(columns: str) -> str:
    """Return the query of the results `%(ids)s` of the workspace `%(workspace)s`."""
    return (
        f"SELECT {columns} FROM ({_PERSON} WHERE r.workspace_id = %(workspace)s "
        "AND r.id = ANY(%(ids)s::uuid[])) AS person ORDER BY job_id, position"
    )


def conditions(chosen: ReviewFilter) -> dict[str, str]:
    """Return what each chosen facet asks, by the facet's name."""
    return {
        facet: condition
        for facet, condition in _CONDITIONS.items()
        if (getattr(chosen, facet) if facet != "decision" else chosen.decision != "all")
    }


def params_of(chosen: ReviewFilter) -> dict[str, Any]:
    return {
        "job": chosen.job_id,
        "up_to": chosen.up_to_position,
        "decision": str(chosen.decision),
        "known": [str(known) for known in chosen.known],
        "flags": [str(flag) for flag in chosen.flags],
        "unflagged": Flag.NONE in chosen.flags,
        "tag": list(chosen.tag),
        "list": list(chosen.list),
        "degree": [str(degree) for degree in chosen.degree],
        "title": list(chosen.title),
        "company": list(chosen.company),
        "location": list(chosen.location),
        "seniority": [str(seniority) for seniority in chosen.seniority],
        "words": [f"%{_escaped(word)}%" for word in folded_words(chosen.q)],
        "person": chosen.person,
    }


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
