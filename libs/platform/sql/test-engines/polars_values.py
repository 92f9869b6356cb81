"""Answers conditions with polars over typed columns, as a typed read gives them. Standard input and output: JSON.

in:  {"rows": [{column: text or null}], "types": {column: dtype}, "conditions": [{"sql": …, "needs": […]}]}
out: [[true, false or null per row] for each condition]; null where a need does not hold
"""

from __future__ import annotations

import json
import sys
from typing import Any

import polars as pl


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    types: dict[str, str] = request["types"]
    texts = pl.DataFrame(request["rows"], schema=dict.fromkeys(types, pl.String))
    frame = texts.select([pl.col(name).cast(getattr(pl, dtype)) for name, dtype in types.items()])

    def answer(condition: dict[str, Any]) -> list[bool | None]:
        needs = [pl.sql_expr(f"coalesce({need}, false)") for need in condition["needs"]]
        holds = pl.sql_expr(f"coalesce({condition['sql']}, false)")
        asked = pl.when(pl.all_horizontal([pl.lit(True), *needs])).then(holds)
        return frame.with_columns(asked.alias("answer"))["answer"].to_list()

    json.dump([answer(condition) for condition in request["conditions"]], sys.stdout)


if __name__ == "__main__":
    main()
