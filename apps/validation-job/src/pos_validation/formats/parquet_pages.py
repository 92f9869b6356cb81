"""The pages of a Parquet column: their headers are checked one by one, for a reader that trusts them may not survive.

polars panics, or asks for more memory than there is and takes the whole process down, where a page is not what its
header says. What is within a page is checked by its checksum, if the writer left one.
"""

from __future__ import annotations

import zlib
from typing import Any

from pos_validation.formats.thrift import MALFORMED, ThriftReader, number

DATA, INDEX, DICTIONARY, DATA_V2 = 0, 1, 2, 3
# The last two that are defined are a dictionary's indices and the split of floating-point bytes.
READ_ENCODINGS = {0, 2, 3, 4, 5, 6, 7, 8, 9}
# Numbers of a page header's fields: the kind, both sizes, the checksum, and the headers of the kinds.
KIND, UNCOMPRESSED, COMPRESSED, CHECKSUM, OF_DATA, OF_DICTIONARY, OF_DATA_V2 = 1, 2, 3, 4, 5, 7, 8
# Sizes have 32 bits.
LARGEST_PAGE = (1 << 31) - 1


class PageError(Exception):
    """A page is not what its header says."""


class Pages:
    """Where the data pages of a column's part begin, and where its last page ends: both are offsets within the part.

    `unpacked` is their size in bytes without compression. The footer says it too, but some writers say it wrong.
    """

    def __init__(self, data: bytes, *, rows: int, compressed: bool) -> None:
        """Walk the pages. Raises `PageError`."""
        self.first = -1
        self.end = 0
        self.unpacked = 0
        self._data = data
        self._compressed = compressed
        values = 0
        try:
            while values < rows:
                begin = self.end
                values += self._values(self._header(), begin)
        except MALFORMED:
            raise PageError("a page's header is damaged") from None
        if values != rows:
            raise PageError(f"{rows:,} values are promised, and its pages have {values:,}")
        if self.first < 0:
            self.first = self.end

    def _header(self) -> dict[int, Any]:
        reader = ThriftReader(self._data, self.end)
        header = reader.structure()
        size, unpacked = number(header, COMPRESSED), number(header, UNCOMPRESSED)
        self.unpacked += unpacked
        self.end = reader.at + size
        if size < 0 or unpacked < 0 or unpacked > LARGEST_PAGE or self.end > len(self._data):
            raise PageError("a page's size can't be right")
        if not self._compressed and size != unpacked:
            raise PageError("a page's sizes contradict each other")
        checksum = header.get(CHECKSUM)
        if checksum is not None and zlib.crc32(self._data[reader.at : self.end]) != checksum & 0xFFFFFFFF:
            raise PageError("a page fails its checksum")
        return header

    def _values(self, header: dict[int, Any], begin: int) -> int:
        """How many of the column's values the page holds."""
        kind = header.get(KIND)
        if kind == INDEX or (kind == DICTIONARY and begin == 0 and number(header[OF_DICTIONARY], 1) >= 0):
            return 0
        if kind == DATA:
            page = header[OF_DATA]
            encodings = {page[2], page[3], page[4]}
        elif kind == DATA_V2:
            page = header[OF_DATA_V2]
            encodings = {page[4]}
            levels = number(page, 5), number(page, 6)
            if min(levels) < 0 or sum(levels) > header[COMPRESSED] or not 0 <= number(page, 2) <= number(page, 1):
                raise PageError("a page's levels can't be right")
        else:
            raise PageError(f"a page is of the unknown kind {kind}")
        count = number(page, 1)
        if count < 0:
            raise PageError("a page says that it has fewer values than none")
        if not encodings <= READ_ENCODINGS:
            raise PageError("a page's encoding can't be right")
        if self.first < 0:
            self.first = begin
        return count
