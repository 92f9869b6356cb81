"""Small CSV files that are plain: their rows may be read together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    import polars as pl

    from pos_validation.formats.csv_header import Header
    from pos_validation.formats.csv_typed import TypedReader


class PlainCsvRows:
    """The rows of one file. Files with the same header are alike."""

    def __init__(self, header: Header, typed: TypedReader, block: bytes) -> None:
        self._typed = typed
        self.alike: Hashable = (header.separator, header.names)
        self.block = block
        self.first_line = header.line

    def typed(self, block: bytes) -> pl.DataFrame | None:
        return self._typed.read_block(block)

    def sent(self, block: bytes) -> pl.DataFrame:
        return self._typed.cells(block)
