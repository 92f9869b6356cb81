"""What the content of the accepted formats looks like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pos_validation.formats.foreign import NO_TEXT
from pos_validation.formats.source import ENCRYPTED_MAGIC, PARQUET_MAGIC, UTF8_BOM

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")


def is_parquet(head: bytes) -> bool:
    """Whether the content is Parquet, and no text that begins with the same letters."""
    return head.startswith((PARQUET_MAGIC, ENCRYPTED_MAGIC)) and NO_TEXT.search(head[:512]) is not None


def is_json(head: bytes) -> bool:
    """Whether the content begins like JSON and unlike any CSV."""
    return JSON.match(_unmarked(head)) is not None


def may_be_json(head: bytes, known: Sequence[str]) -> bool:
    """Whether the first character is one that JSON begins with."""
    return _unmarked(head).lstrip()[:1] in (b"{", b"[")


def names_columns(head: bytes, known: Sequence[str]) -> bool:
    """Whether the first line has one of the `known` columns' names."""
    header = _unmarked(head).lstrip().split(b"\n", 1)[0].lower()
    return any(name.lower().encode() in header for name in known)


def _unmarked(head: bytes) -> bytes:
    return head[len(UTF8_BOM) :] if head.startswith(UTF8_BOM) else head
