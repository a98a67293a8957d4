"""Small marks of the pages: icons, faces, bars, times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from searchjobs.events import rfc3339
from searchjobs.pages import paces, words
from searchjobs.selectors import Outlook

register = template.Library()

_AT_IN_UTC = re.compile(r"\d\d:\d\d UTC( on \d+ \w+)?")  # as errands says it

API_COLOURS = {"sales_navigator": "teal", "recruiter": "violet"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a symbol of the sprite; it says nothing to a screen reader."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#i-{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def face(name: str, size: str = "") -> SafeString:
    """Draw somebody's initials in their colour; size: xs, md, lg."""
    return format_html(
        '<span class="avatar h{} {}" aria-hidden="true">{}</span>',
        words.hue(name),
        size,
        words.initials(name),
    )


@register.simple_tag
def fill(value: int, total: int, mark: str = "") -> SafeString:
    """Fill a bar; `mark` is the id by which its length is animated on a swap."""
    return format_html(
        '<svg aria-hidden="true"><rect {} width="{}%" height="100%"></rect></svg>',
        format_html('id="{}"', mark) if mark else "",
        f"{min(100.0, value * 100 / max(1, total)):.4g}",
    )


@register.filter
def clock(moment: datetime) -> SafeString:
    """Give a time of day: UTC from here, the viewer's own by the page's script."""
    return format_html(
        '<time datetime="{}" data-clock>{}</time>',
        rfc3339(moment),
        words.clock(moment, now=timezone.now()),
    )


@register.filter
def exact_clock(moment: datetime) -> SafeString:
    """Give the same with its seconds."""
    return format_html(
        '<time datetime="{}" data-clock="exact">{} UTC</time>',
        rfc3339(moment),
        f"{moment:%H:%M:%S}",
    )


@register.filter
def starts(outlook: Outlook) -> str:
    """Say when a search begins: 'in about 4 min', or by the viewer's clock."""
    if paces.is_by_clock(outlook):
        return format_html("about {}", clock(outlook.starts_at))
    return paces.starts(outlook, now=outlook.now)


@register.filter
def with_clock(said: str, moment: str | None) -> str:
    """Put the viewer's time (`until` of a refusal) for the UTC in what was said."""
    *_, found = (None, *_AT_IN_UTC.finditer(said))  # an account's name comes before
    if moment is None or found is None:
        return said
    before, after = said[: found.start()], said[found.end() :]
    return format_html("{}{}{}", before, clock(datetime.fromisoformat(moment)), after)


@register.filter
def ago(moment: datetime) -> SafeString:
    """Give an age, with the moment itself as its title; the script lets it go on."""
    return _when(moment, words.age(moment, now=timezone.now()))


@register.filter
def since(moment: datetime) -> SafeString:
    """Give an age within a sentence."""
    return _when(moment, words.since(moment, now=timezone.now()), on="on ")


def _when(moment: datetime, text: str, *, on: str = "") -> SafeString:
    return format_html(
        '<time datetime="{}" data-when="{}" title="{}">{}</time>',
        rfc3339(moment),
        on,
        f"{moment:%-d %b %Y, %H:%M} UTC",
        text,
    )


@register.filter
def api_colour(api: str) -> str:
    return API_COLOURS.get(api, "")


@register.filter
def first_word(text: str) -> str:
    return text.split(" ", 1)[0]


@register.filter
def about(seconds: float) -> str:
    return words.about(seconds)


@register.filter
def of(mapping: Mapping[Any, Any], key: object) -> Any:
    """Look a key up, as in {{ counts|of:job.id }}."""
    return mapping.get(key)
