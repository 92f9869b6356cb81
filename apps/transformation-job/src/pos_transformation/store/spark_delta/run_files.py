"""The validated files of a run, as Spark reads them."""

from __future__ import annotations

import json
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from pyspark.sql.types import StructType

from pos_job_runtime.errors import ObjectMissingError
from pos_job_runtime.generated.constants import MEMBER
from pos_transformation.store.spark_delta.footers import statistics
from pos_transformation.store.spark_delta.scala import DELTA, frame, java, none, seq
from pos_transformation.store.spark_delta.tables import hadoop_uri
from pos_transformation.store.validated_files import firsts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from pos_job_runtime.plan import ValidatedColumn
    from pos_job_runtime.storage import Location, ObjectVersion, Storage
    from pos_transformation.store.validated_files import ValidatedFile

# The validated Parquet's columns are described in DuckDB's words.
SPARK_TYPES = {"VARCHAR": "STRING"}
NUMBERS = ("source_file", "source_part")
# Bytes. Rows of a smaller file are read sooner than its footer, since other columns of them are read as well.
LARGE = 8 << 20
# There is no such folder, nor can anybody make it beforehand: a log of nothing.
NOWHERE = Path(tempfile.gettempdir()) / f"pos-no-table-{uuid4().hex}"


class RunFiles:
    """The files are numbered in their order, and so are all their parts: `source_file` and `source_part`.

    They are read as data files of a table that is nowhere, whose partitions are these numbers: then a number is a
    constant of its file, and nothing is computed for each row.

    Which versions they are is told once, before any of them is read. Raises `ObjectMissingError` when one is gone.
    """

    def __init__(
        self,
        session: SparkSession,
        storage: Storage,
        files: Sequence[ValidatedFile],
        columns: Sequence[ValidatedColumn],
        instants: Mapping[str, str],
    ) -> None:
        self._session = session
        self._columns = columns
        self._ages = [file.order for file in files]
        self._places: list[tuple[Location, dict[str, str | None]]] = []
        self._packs = packs = firsts(files)
        part = 0
        for number, file in enumerate(files):
            if packs.get(file.location, number) == number:
                self._places.append((file.location, _numbers(number, None)))
            for location in file.parts:
                self._places.append((location, _numbers(number, part)))
                part += 1
        # Only files that share a location have the column.
        self._member = MEMBER if packs else None
        # A file has an instant under one name or the other.
        self._instants = {other: name for name, other in instants.items()} if part else {}
        self.versions = _versions(storage, [place for place, _ in self._places])

    def __len__(self) -> int:
        return len(self._places)

    def sources(self) -> str:
        """The numbers of the files and their ages, as SQL: no Python process is started to hand over a few rows."""
        ages = ", ".join(f"({number}, {order}L)" for number, order in enumerate(self._ages))
        return f"SELECT * FROM VALUES {ages} AS ages(source_file, source_order)"

    def rows(self, *, without: Collection[Location] = ()) -> DataFrame:
        """All rows but those of some parts. A column that a file lacks has no value in it."""
        chosen = seq(self._session, (self._entries[place] for place, _ in self._places if place not in without))
        rows = frame(self._session, self._log.createDataFrame(self._table, chosen, False, none(self._session)))
        return rows.selectExpr(*map(self._value, self._columns), self._source_file, "source_part")

    @property
    def _source_file(self) -> str:
        """The number of a row's file: that of the first one at its location, and of the row's own among them."""
        if self._member is None:
            return "source_file"
        return f"source_file + coalesce(`{self._member}`, 0) AS source_file"

    def ends(self, column: str) -> DataFrame:
        """`source_file` and `column`: of parts and large files what their footers say, else of all rows."""
        footers = {place: json.loads(statistics) for place, statistics in self.statistics.items()}
        told = {
            place: [footer[kind].get(column) for kind in ("minValues", "maxValues")]
            for place, footer in footers.items()
        }
        known = {place: ends for place, ends in told.items() if all(isinstance(end, (int, str)) for end in ends)}
        rest = self.rows(without=known).select("source_file", column)
        ends = [
            f"({numbers['source_file']}, {literal(end)})"
            for place, numbers in self._places
            for end in known.get(place, ())
        ]
        if not ends:
            return rest
        return rest.union(self._session.sql(f"SELECT * FROM VALUES {', '.join(ends)}"))

    @cached_property
    def statistics(self) -> Mapping[Location, str]:
        """What the footers of parts and large files say, as the JSON of Delta's log."""
        asked = {self._path(place): place for place, numbers in self._places if self._has_footer(place, numbers)}
        if not asked:
            return {}
        entries = [self._entries[place] for place in asked.values()]
        found = statistics(self._session, log=self._log, table=self._table, files=entries)
        return {asked[path]: told for path, told in found.items()}

    def _has_footer(self, place: Location, numbers: Mapping[str, str | None]) -> bool:
        """Whether it is worth a look. A footer tells files that share a location from each other no more."""
        large = (self.versions[place].size or 0) >= LARGE and place not in self._packs
        return large or numbers["source_part"] is not None

    @cached_property
    def _log(self) -> Any:
        session = self._session
        return java(session, f"{DELTA}.DeltaLog").forTable(session._jsparkSession, f"file:{NOWHERE}")

    @cached_property
    def _table(self) -> Any:
        metadata = self._action("metaData", self._metadata())
        dummy = java(self._session, f"{DELTA}.DummySnapshot")
        return dummy(self._log.logPath(), self._log, metadata, none(self._session))

    @cached_property
    def _entries(self) -> Mapping[Location, Any]:
        return {place: self._action("add", self._file(place, numbers)) for place, numbers in self._places}

    def _value(self, column: ValidatedColumn) -> str:
        name, instant = column.name, self._instants.get(column.name)
        return f"`{name}`" if instant is None else f"coalesce(`{name}`, unix_micros(`{instant}`)) AS `{name}`"

    def _metadata(self) -> dict[str, Any]:
        types = {column.name: SPARK_TYPES.get(column.type, column.type) for column in self._columns}
        members = () if self._member is None else (self._member,)
        types |= dict.fromkeys(self._instants.values(), "TIMESTAMP") | dict.fromkeys((*members, *NUMBERS), "INT")
        return {
            "id": "validated",
            "format": {"provider": "parquet", "options": {}},
            "schemaString": StructType.fromDDL(", ".join(f"`{name}` {of}" for name, of in types.items())).json(),
            "partitionColumns": NUMBERS,
            "configuration": {},
        }

    def _file(self, place: Location, numbers: Mapping[str, str | None]) -> dict[str, Any]:
        return {
            "path": self._path(place),
            "partitionValues": numbers,
            "size": self.versions[place].size,
            "modificationTime": 0,
            "dataChange": False,
        }

    @staticmethod
    def _path(place: Location) -> str:
        return quote(hadoop_uri(place), safe="/:")

    def _action(self, kind: str, content: Mapping[str, Any]) -> Any:
        return java(self._session, f"{DELTA}.actions.Action").fromJson(json.dumps({kind: content}))


def _numbers(file: int, part: int | None) -> dict[str, str | None]:
    return dict(zip(NUMBERS, (str(file), None if part is None else str(part)), strict=True))


def literal(value: int | str) -> str:
    """A value as SQL has it."""
    if isinstance(value, int):
        return f"{value}L"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _versions(storage: Storage, places: Sequence[Location]) -> dict[Location, ObjectVersion]:
    found = {version.location: version for folder in _folders(places) for version in storage.list(folder)}
    for place in places:
        if place not in found:
            raise ObjectMissingError(f"{place} does not exist.")
    return found


def _folders(places: Sequence[Location]) -> Collection[Location]:
    return dict.fromkeys(place.beside("") for place in places)
