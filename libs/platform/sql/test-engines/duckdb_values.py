"""Answers conditions with this environment's DuckDB. Standard input and output: one JSON document.

in:  {"setup": [statement, …], "questions": [sql, …]}
out: [[answer as text or null, …] for each column of each question, in order]
"""

from __future__ import annotations

import json
import sys
from typing import Any

import duckdb


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    connection = duckdb.connect()
    for statement in request["setup"]:
        connection.execute(statement)
    answers = [connection.execute(question).fetchall() for question in request["questions"]]
    texts = [
        [None if row[at] is None else str(row[at]) for row in rows] for rows in answers for at in range(len(rows[0]))
    ]
    json.dump(texts, sys.stdout)


if __name__ == "__main__":
    main()
