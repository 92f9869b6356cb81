"""The validated files of a run, as DuckDB reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_job_runtime.generated.constants import MEMBER
from pos_transformation.store.duckdb_delta_rs.footers import bounds, spans
from pos_transformation.store.duckdb_delta_rs.local_files import DataFile
from pos_transformation.store.duckdb_delta_rs.sql import parquet, quoted
from pos_transformation.store.validated_files import firsts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pos_job_runtime.storage import Location
    from pos_transformation.store.duckdb_delta_rs.footers import Records
    from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
    from pos_transformation.store.duckdb_delta_rs.sql import Column
    from pos_transformation.store.validated_files import ValidatedFile

FILE_INDEX = "file_number"


class RunFiles:
    """The files are numbered in their order, and so are all their parts: `source_file` and `source_part`.

    In the parts instants are instants: `instants` are the names by which the other files have them in microseconds.
    """

    def __init__(
        self,
        files: Sequence[ValidatedFile],
        local: LocalFiles,
        instants: Mapping[str, str],
        *,
        by_name: bool = False,
    ) -> None:
        self._files = files
        self._local = local
        self._instants = instants
        self._by_name = by_name

    def sources(self) -> str:
        """The numbers of the files and their ages."""
        ages = ", ".join(f"({number}, {file.order})" for number, file in enumerate(self._files))
        return f"SELECT * FROM (VALUES {ages}) AS ages(source_file, source_order)"

    def select(self, without: Collection[Location] = ()) -> str:
        """All rows but those of some parts."""
        source = self._without_parts()
        all_parts = [(number, part) for number, file in enumerate(self._files) for part in file.parts]
        parts = [(at, number, part) for at, (number, part) in enumerate(all_parts) if part not in without]
        if not parts:
            return f"SELECT *, CAST(NULL AS BIGINT) AS source_part FROM ({source}) AS files"
        rows = self._rows([part for *_, part in parts], file_column=FILE_INDEX)
        excluded = ", ".join(quoted(name) for name in [*self._instants, FILE_INDEX])
        moments = "".join(f", epoch_us({quoted(name)}) AS {quoted(other)}" for name, other in self._instants.items())
        return (
            f"SELECT *, CAST(NULL AS BIGINT) AS source_part FROM ({source}) AS files UNION ALL BY NAME "
            f"SELECT * EXCLUDE ({excluded}){moments}, "
            f"{_of_file(number for _, number, _ in parts)} AS source_file, "
            f"{_of_file(at for at, *_ in parts)} AS source_part FROM ({rows}) AS parts"
        )

    def _without_parts(self) -> str:
        """The rows that are in no part, with their `source_file`."""
        packs = firsts(self._files)
        alone = [(number, file.location) for number, file in enumerate(self._files) if file.member is None]
        if not packs:
            return self._rows([location for _, location in alone], file_column="source_file")
        own = quoted(MEMBER)
        queries = [
            f"SELECT * EXCLUDE ({FILE_INDEX}, {own}), {_of_file(packs.values())} + {own} AS source_file "
            f"FROM ({self._rows([*packs], file_column=FILE_INDEX)}) AS packs"
        ]
        if alone:
            queries.append(
                f"SELECT * EXCLUDE ({FILE_INDEX}), {_of_file(number for number, _ in alone)} AS source_file "
                f"FROM ({self._rows([location for _, location in alone], file_column=FILE_INDEX)}) AS alone"
            )
        return " UNION ALL BY NAME ".join(queries)

    def _rows(self, locations: Sequence[Location], *, file_column: str) -> str:
        paths = self._local.paths([DataFile(location) for location in locations])
        return parquet(paths, file_column=file_column, by_name=self._by_name)

    def ends(self, column: Column, records: Records) -> str:
        """`source_file` and `column`: of parts what their footers say, where they do, else of all rows."""
        parts = [(number, part) for number, file in enumerate(self._files) for part in file.parts]
        paths = self._local.paths([DataFile(part) for _, part in parts])
        known = bounds(paths, column, records)
        rest = self.select({part for (_, part), path in zip(parts, paths) if path in known})
        told = [
            f"SELECT CAST({number} AS BIGINT) AS source_file, {value} AS {quoted(column.name)}"
            for (number, _), path in zip(parts, paths)
            for value in known.get(path, ())
        ]
        return " UNION ALL ".join([f"SELECT source_file, {quoted(column.name)} FROM ({rest}) AS rest", *told])

    def spans(self, moment: str, records: Records) -> str:
        """`source_part`, `moment` and `line_count`, in a row for each end of the parts whose footers tell them."""
        columns = f"source_part, {quoted(moment)}, line_count"
        name = next((name for name, other in self._instants.items() if other == moment), None)
        parts = [part for file in self._files for part in file.parts]
        paths = self._local.paths([DataFile(part) for part in parts])
        known = {} if name is None else spans(paths, name, records)
        told = [
            f"({number}::BIGINT, {end}::BIGINT, {known[path].rows}::BIGINT)"
            for number, path in enumerate(paths)
            if path in known
            for end in known[path].ends
        ]
        if not told:
            return f"SELECT * FROM (VALUES (0::BIGINT, 0::BIGINT, 0::BIGINT)) AS told({columns}) LIMIT 0"
        return f"SELECT * FROM (VALUES {', '.join(told)}) AS told({columns})"


def _of_file(numbers: Iterable[int]) -> str:
    """For each file that is read, the number in its place."""
    return f"CAST(list_extract([{', '.join(map(str, numbers))}], {FILE_INDEX} + 1) AS BIGINT)"
