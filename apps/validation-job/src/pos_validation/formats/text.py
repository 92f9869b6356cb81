"""Text encodings: files are UTF-8, with or without a byte order mark; anything else is named, not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.formats.source import UTF8_BOM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_validation.findings.findings import Findings

# The four-byte marks first: UTF-32's begins like UTF-16's.
OTHER_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
# The kind of EBCDIC that mainframes in the West use; its letters all lie above ASCII.
EBCDIC = "cp037"


def check_encoding(head: bytes, known: Sequence[str], findings: Findings) -> None:
    """Reject UTF-16 and UTF-32, which are told by their byte order mark or by the zeros between ASCII characters, and
    EBCDIC, which is told by the `known` names of columns."""
    mark = next((name for mark, name in OTHER_MARKS.items() if head.startswith(mark)), None)
    if mark is not None:
        raise findings.reject("not_utf8", line=1, detail=f"it is {mark}; save it as UTF-8")
    pairs = head[:256]
    # A few characters outside of ASCII don't hide it.
    most = max(pairs[0::2].count(0), pairs[1::2].count(0))
    if len(pairs) >= 4 and most > 0.4 * len(pairs) and any(pairs):
        detail = "it looks like UTF-16 without a byte order mark; save it as UTF-8"
        raise findings.reject("not_utf8", line=1, detail=detail)
    if head[:1] >= b"\x80" and sum(name in head[:4096].decode(EBCDIC).lower() for name in known) > 1:
        raise findings.reject("not_utf8", line=1, detail="it is EBCDIC; convert it to UTF-8")


def is_utf8(data: bytes) -> bool:
    """Whether `data`, cut at line ends, is UTF-8. ASCII, the usual case, is told without decoding."""
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decoded(data: bytes, *, first_line: int, findings: Findings) -> str:
    """The text of a block whose first line has the number `first_line`; rejects the file at the first foreign byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = first_line + before.count(b"\n")
        position = error.start - before.rfind(b"\n")
        around = data[before.rfind(b"\n") + 1 : error.end + 20].split(b"\n")[0].decode("cp1252", "replace")
        raise findings.reject(
            "not_utf8",
            line=line,
            value=around[:80],
            detail=f"byte 0x{data[error.start]:02X} at position {position} of line {line}",
        ) from None


def without_mark(data: bytes) -> bytes:
    """The first block of a file without its byte order mark."""
    return data[len(UTF8_BOM) :] if data.startswith(UTF8_BOM) else data
