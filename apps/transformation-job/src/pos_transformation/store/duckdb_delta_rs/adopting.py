"""Parts that a table takes over: copied to their places as they are, and named by the actions that add them."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from pos_transformation.store.copying import copied
from pos_transformation.store.duckdb_delta_rs.footers import plain
from pos_transformation.store.duckdb_delta_rs.local_files import DataFile
from pos_transformation.store.duckdb_delta_rs.sql import null_of, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot
    from pos_transformation.store.validated_files import Part

WHOLE_NUMBERS = frozenset({"bigint", "int", "smallint", "tinyint"})


def adoptable(snapshot: Snapshot, session: Session, parts: Sequence[Location]) -> list[Location]:
    """Those of these parts that have exactly the columns of the table's own files."""
    shape = snapshot.shape
    if shape.partition is None or not parts:
        return []
    columns = [column for column in shape.columns if column.name != shape.partition]
    wanted = _described(session, f"SELECT {', '.join(map(null_of, columns))}")
    paths = session.local.paths([DataFile(part) for part in parts])
    return [
        part
        for part, path in zip(parts, paths)
        if _described(session, f"SELECT * FROM read_parquet({text(path)}, hive_partitioning = false)") == wanted
    ]


def adopted(snapshot: Snapshot, session: Session, storage: Storage, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Copy the parts into the table's folder. Returns the actions that add them to the table.

    What is copied is what was read and compared, whatever has become of the validated file meanwhile.
    """
    columns = {column.name: column.type for column in snapshot.shape.columns}

    def copy(part: Part, place: Location) -> int:
        path = session.local.path(part.location)
        storage.upload(place, path)
        session.local.keep(DataFile(place, f"{snapshot.shape.partition}={part.date}"), path)
        return path.stat().st_size

    done = copied(parts, copy, table=snapshot.location, partition=str(snapshot.shape.partition))
    return [{"add": {**file, "stats": json.dumps(_statistics(session, part, columns))}} for part, file in done]


def _described(session: Session, sql: str) -> dict[str, str]:
    return {str(row["column_name"]): str(row["column_type"]) for row in session.records(f"DESCRIBE {sql}")}


def _statistics(session: Session, part: Part, columns: Mapping[str, str]) -> dict[str, Any]:
    """What the footer says of the columns, as the log has it. Amounts are left out: see `commits.writer_properties`."""
    path = text(str(session.local.path(part.location)))
    found = session.records(
        f"SELECT path_in_schema AS name, stats_min_value AS low, stats_max_value AS high, stats_null_count AS nulls, "
        f"num_values AS count FROM parquet_metadata({path})"
    )
    least: dict[str, Any] = {}
    greatest: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for name, kind in columns.items():
        groups = [row for row in found if row["name"] == name]
        if not groups or any(row["nulls"] is None for row in groups):
            continue
        convert = _converter(kind)
        if convert is None:
            continue
        nulls[name] = sum(int(row["nulls"]) for row in groups)
        # A group without a value has no bounds, and needs none.
        valued = [row for row in groups if row["nulls"] < row["count"]]
        lows, highs = ([convert(row[end]) for row in valued] for end in ("low", "high"))
        if valued and None not in lows and None not in highs:
            least[name], greatest[name] = min(lows), max(highs)
    return {"numRecords": part.rows, "minValues": least, "maxValues": greatest, "nullCount": nulls}


def _converter(kind: str) -> Callable[[str | None], Any] | None:
    if kind in WHOLE_NUMBERS:
        return lambda value: None if value is None else int(value)
    return {"string": plain, "date": plain, "timestamp": _instant}.get(kind)


def _instant(value: str | None) -> str | None:
    """`2024-03-01 12:00:00.5+00` as Delta has it. All have six digits, so that texts compare as instants do."""
    if value is None or not value.endswith("+00"):
        return None
    base, _, digits = value[:-3].partition(".")
    try:
        moment = datetime.strptime(f"{base}.{digits or 0}", "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
