"""When does a text hold a word? As a whole one, whatever its case and accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Terms = tuple[re.Pattern[str], ...]

# What LinkedIn may read as more than words: either one, not this one, in this order.
_OPERATORS = re.compile(r'\b(?:AND|OR|NOT)\b|["“”()|,;/]')
_PHRASE = re.compile('["“]([^"“”]*)["”]')
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")
_EDGES = ".,;:!?()\"'“”|/&-–—"
# Scripts that put no space between words: there a word is any part of the text.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff㐀-鿿]")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the text as compared: no case, no accents, one kind of apostrophe."""
    if text.isascii():
        return text.replace("`", "'").lower()
    apart = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def has_operators(text: str) -> bool:
    return bool(_OPERATORS.search(text))


def terms_of(text: str) -> Terms:
    """Return the text's words, each of which must stand somewhere."""
    words = [word.strip(_EDGES) for word in folded(text).split()]
    return tuple(re.compile(_whole(word)) for word in words if word)


def alternatives_of(text: str) -> tuple[Terms, ...]:
    """Return what any one of is enough: words, or a phrase in quotes, with OR between.

    Empty where the text asks for more than that.
    """
    found = []
    for part in re.split(r"\s+OR\s+", text.strip()):
        phrase = _PHRASE.fullmatch(part)
        if phrase is None and has_operators(part):
            return ()
        found.append(_in_order(phrase[1]) if phrase else terms_of(part))
    return tuple(found)


def _in_order(phrase: str) -> Terms:
    words = [term.pattern for term in terms_of(phrase)]
    return (re.compile(r"[\s-]+".join(words)),) if words else ()


def _whole(word: str) -> str:
    pattern = re.escape(word)
    if _UNSPACED.search(word):
        return pattern
    before = r"(?<!\w)" if re.match(r"\w", word) else ""
    return f"{before}{pattern}(?![\\w+#])"  # C is in neither C++ nor C#


def holds(text: str, terms: Terms) -> bool:
    """Tell whether every word stands in the text; no words are in none."""
    where = folded(text)
    return bool(terms) and all(term.search(where) for term in terms)


def is_same(one: str, other: str) -> bool:
    return folded(one).strip() == folded(other).strip()


def lies_in(place: str, names: Iterable[str]) -> bool:
    """Tell whether 'Berlin, Berlin, Germany' lies in one of these named places.

    Each part of the name must be a part of the place, and the last one, the widest, its
    last: Atlanta, Georgia, United States is not in the country of Georgia.
    """
    parts = _parts(place)
    return any(
        bool(parts) and wanted[-1] == parts[-1] and set(wanted) <= set(parts)
        for wanted in map(_parts, names)
        if wanted
    )


def _parts(place: str) -> list[str]:
    return [part for each in folded(place).split(",") if (part := each.strip())]
