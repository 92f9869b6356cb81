"""What the Glue Data Catalog does to names and refuses of texts, by the API and by CloudFormation.

- Databases' and tables' names are folded to lower case when they are stored.
- A column's comment has at most 255 bytes on one line, a table's description 2,048 bytes; a column has a name.
  https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
  https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-Column
- Athena finds columns by names without case, so that two that differ in nothing else cannot be read: refused here.
  https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.glue",
    "error_response_json",
    _create_database="data",
    _create_table="data",
    _update_table="data",
)
# Printing characters and tabs: the API's "single-line string pattern".
_ONE_LINE = re.compile("[\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t]*")


def problems(table: Mapping[str, Any]) -> Iterator[str]:
    """What Glue refuses of a TableInput."""
    if len(str(table.get("Description") or "").encode()) > 2048:
        yield "The description has more than 2048 bytes"
    columns = [*((table.get("StorageDescriptor") or {}).get("Columns") or []), *(table.get("PartitionKeys") or [])]
    names = [str(column.get("Name") or "") for column in columns]
    for name, column in zip(names, columns, strict=True):
        comment = str(column.get("Comment") or "")
        if not 1 <= len(name.encode()) <= 255:
            yield f"The name of the column {name!r} has no bytes, or more than 255"
        if len(comment.encode()) > 255:
            yield f"The comment of the column {name} has more than 255 bytes"
        if not _ONE_LINE.fullmatch(comment):
            yield f"The comment of the column {name} is not on one line"
    folded = [name.lower() for name in names]
    for name in sorted({name for name in folded if folded.count(name) > 1}):
        yield f"More than one column has the name {name}"


def _folded(data: dict[str, Any], part: str) -> dict[str, Any]:
    given = data.get(part) or {}
    found = {**data, part: {**given, "Name": str(given.get("Name", "")).lower()}} if given.get("Name") else dict(data)
    if data.get("DatabaseName"):
        found["DatabaseName"] = str(data["DatabaseName"]).lower()
    return found


def install(context: HookContext) -> None:
    """CloudFormation's handlers call the same functions."""
    from ministack.services import glue

    def making(original: Any) -> Any:
        return lambda data: original(_folded(data, "DatabaseInput"))

    def checking(original: Any) -> Any:
        def operation(data: dict[str, Any]) -> Any:
            if found := next(problems(data.get("TableInput") or {}), None):
                return glue.error_response_json("InvalidInputException", found, 400)
            return original(_folded(data, "TableInput"))

        return operation

    context.patches.replace(glue, "_create_database", making)
    context.patches.replace(glue, "_create_table", checking)
    context.patches.replace(glue, "_update_table", checking)
