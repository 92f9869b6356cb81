"""Parts that a table takes over: copied to their places as they are, and named by the commit beside other files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pos_transformation.errors import EngineError
from pos_transformation.store.copying import copied
from pos_transformation.store.spark_delta.scala import DELTA, java, translated
from pos_transformation.store.spark_delta.tables import hadoop_uri
from pos_transformation.store.spark_delta.views import evaluated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.storage import Location
    from pos_transformation.store.spark_delta.tables import Snapshot
    from pos_transformation.store.spark_delta.views import Views
    from pos_transformation.store.validated_files import Part


def adoptable(snapshot: Snapshot, views: Views, parts: Sequence[Location]) -> Sequence[Location]:
    """All of these parts, if they have exactly the columns of the table's own files; one plan has written them all."""
    shape = snapshot.shape
    if shape.partition is None or not parts:
        return ()
    with evaluated("parts"):
        # All footers are read by one job. Names of folders mean nothing.
        reader = views.session.read.option("mergeSchema", "true").option("recursiveFileLookup", "true")
        fields = reader.option("__globPaths__", "false").parquet(*map(hadoop_uri, parts)).schema.fields
    found = {field.name: field.dataType.simpleString() for field in fields}
    wanted = {column.name: column.type for column in shape.columns if column.name != shape.partition}
    return parts if found == wanted else ()


def adopted(snapshot: Snapshot, views: Views, parts: Sequence[Part]) -> list[Any]:
    """Copy the parts into the table's folder. Returns Delta's entries for the copies, with what their footers tell.

    Raises `ObjectMissingError` when a part has been replaced since the run's files were listed: what was read and
    compared must be what is taken over.
    """

    def copy(part: Part, place: Location) -> int:
        version = views.run.versions[part.location]
        views.storage.copy_verified(version, place)
        return int(version.size or 0)

    rows = sum(int(json.loads(views.run.statistics[part.location])["numRecords"]) for part in parts)
    expected = sum(part.rows for part in parts)
    if rows != expected:
        raise EngineError(
            f"{expected} rows of parts were to be taken over by {snapshot.spec.name}, but their files say {rows}. "
            "Nothing was committed; this is a defect of the job."
        )
    done = copied(parts, copy, table=snapshot.location, partition=str(snapshot.shape.partition))
    action = java(snapshot.session, f"{DELTA}.actions.Action")
    with translated(snapshot.session, snapshot.spec.name):
        return [
            action.fromJson(json.dumps({"add": {**file, "stats": views.run.statistics[part.location]}}))
            for part, file in done
        ]
