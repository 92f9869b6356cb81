"""Runs a plan's fast validation over one-row CSV files with polars. Standard input and output: one JSON document.

in:  {"plan": …, "eventTime": seconds, "rows": [{column: text}]}
out: [null where the typed read or the proof fails, else {"warnings": [rule, …], "values": {column: text or null}}]
"""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import Any

import polars as pl


def csv_file(names: list[str], row: dict[str, str]) -> bytes:
    text = io.StringIO()
    # With CRLF as terminator a lone CR is quoted too: polars drops an unquoted one, which the job rules out beforehand.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerow([row[name] for name in names])
    return text.getvalue().encode()


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    fast = request["plan"]["validation"]["fast"]
    names = [column["name"] for column in fast["columns"]]
    schema = {column["name"]: getattr(pl, column["dtype"]) for column in fast["columns"]}

    def expression(text: str) -> pl.Expr:
        return pl.sql_expr(text.replace("{event_time}", str(request["eventTime"])))

    clean = [expression(text).alias(f"clean{at}") for at, text in enumerate(fast["clean"])]
    warnings = [(warning["rule"], expression(warning["sql"])) for warning in fast["warnings"]]
    select = [expression(column["sql"]).alias(column["name"]) for column in fast["select"]]

    longest = {column["name"]: column["longest"] for column in fast["columns"] if "longest" in column}

    def says_more(row: dict[str, str], frame: pl.DataFrame) -> bool:
        """Whether a cell may say more than the number that it was read as: the job rules that out beforehand."""
        return any(
            len(row[name]) > limit or ("e" in row[name].lower() and frame[name][0] == 0)
            for name, limit in longest.items()
        )

    def judge(row: dict[str, str]) -> dict[str, Any] | None:
        try:
            frame = pl.read_csv(csv_file(names, row), schema=schema)
        except pl.exceptions.PolarsError:
            return None
        if frame.height != 1 or says_more(row, frame) or not all(frame.select(clean).row(0)):
            return None
        fired = frame.select([condition.alias(rule) for rule, condition in warnings]).row(0, named=True)
        values = frame.select(select).row(0, named=True)
        return {
            "warnings": [rule for rule, value in fired.items() if value],
            "values": {name: None if value is None else str(value) for name, value in values.items()},
        }

    json.dump([judge(row) for row in request["rows"]], sys.stdout)


if __name__ == "__main__":
    main()
