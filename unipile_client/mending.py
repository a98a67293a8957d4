r"""What in JSON text must be mended before it can be read and stored?

JavaScript writes strings that neither UTF-8 nor PostgreSQL's jsonb can hold: a name cut
in the middle of an emoji is a lone surrogate (`\ud83d`), and NUL is legal JSON. One
string like that must not cost the other 99 people of its page.
"""

from __future__ import annotations

import json
import re

import msgspec

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)"  # half a pair, or NUL
    rb"|.)",
    re.DOTALL,
)
_UNKNOWN = rb"\ufffd"
# Of a number that a float could hold; Python refuses to read some longer ones.
MOST_DIGITS = 308


def mend(text: bytes) -> bytes:
    """Return the JSON text with NULs, lone surrogates and bad UTF-8 as U+FFFD.

    Text that needs nothing comes back as it is, byte for byte.
    """
    if text.startswith(b"\xef\xbb\xbf"):
        text = text[3:]
    try:
        text.decode()
    except UnicodeDecodeError:
        text = text.decode("utf-8", "replace").encode()
    if b"\\u0000" in text or b"\\ud" in text or b"\\uD" in text:
        text = _ESCAPE.sub(_mend_escape, text)
    return text


def rewrite(text: bytes) -> bytes:
    """Return nearly-JSON as JSON: NaN, raw line breaks and endless numbers are mended.

    For text that the strict reader refused. Infinite and undefined numbers become null.
    Raises ValueError where it is no JSON even so, RecursionError where it is too deep.
    """
    found = json.loads(
        text,
        strict=False,
        parse_constant=lambda _: None,
        parse_int=lambda digits: int(digits) if len(digits) <= MOST_DIGITS else None,
    )
    return mend(msgspec.json.encode(found))


def _mend_escape(match: re.Match[bytes]) -> bytes:
    return _UNKNOWN if match[1] else match[0]
