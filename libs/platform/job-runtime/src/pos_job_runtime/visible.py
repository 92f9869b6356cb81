"""Text from outside on its way to a person: no character of it may do something to a screen, or be there unseen."""

from __future__ import annotations

import json
import re
from typing import Any

# Characters that nobody sees, as the contract lists them (`INVISIBLE`), and what ends lines or is no character at all.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSAFE = re.compile(f"[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{INVISIBLE}]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """The text with its control characters, direction marks, invisible characters and halves of pairs written out, such
    as `\\x1b` and `\\u202e`. It's for reading: what was written with a backslash looks the same."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_written_out, text)


def safe_json(document: Any, **options: Any) -> str:
    """JSON that holds the same as it would without escapes, and that can be shown on any screen."""
    text = json.dumps(document, ensure_ascii=False, **options)
    # Line ends between the parts are JSON's own: inside of texts they are escaped already.
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_escaped, text)


def _written_out(match: re.Match[str]) -> str:
    code = ord(match.group())
    if match.group() in _SHORT:
        return _SHORT[match.group()]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\u{{{code:x}}}"


def _escaped(match: re.Match[str]) -> str:
    return match.group() if match.group() == "\n" else json.dumps(match.group())[1:-1]
