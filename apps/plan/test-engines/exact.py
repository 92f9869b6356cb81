"""Runs a plan's exact validation with the DuckDB of this environment. Standard input and output: one JSON document.

in:  {"plan": …, "eventTime": seconds, "rows": [{column: text or null}]}
out: {"version": …, "broken": [[rule id, …], …], "ofGroups": [[code, …], …], "values": [{column: text or null}, …]}
"""

from __future__ import annotations

import json
import sys
from typing import Any

import duckdb


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    plan, rows = request["plan"], request["rows"]
    exact = plan["validation"]["exact"]
    names = [column["name"] for column in plan["columns"]]

    def sql(text: str) -> str:
        return text.replace("{event_time}", str(request["eventTime"]))

    connection = duckdb.connect()
    columns = ", ".join(f'"{name}" VARCHAR, "{name}__wrong" BOOLEAN' for name in names)
    connection.execute(f"CREATE TABLE raw(line BIGINT, {columns})")
    lines = list(range(len(rows)))
    cells = [[row.get(name) for row in rows] for name in names]
    unnested = ", ".join("unnest(?::VARCHAR[]), false" for _ in names)
    connection.execute(f"INSERT INTO raw SELECT unnest(?::BIGINT[]), {unnested}", [lines, *cells])
    connection.execute(f"CREATE TABLE typed AS {sql(exact['typed'])}")

    broken: list[list[str]] = [[] for _ in rows]
    bad = {-1}
    for rule in exact["rules"]:
        for (line,) in connection.execute(f"SELECT line FROM typed WHERE {sql(rule['sql'])}").fetchall():
            broken[line].append(rule["id"])
            if rule["severity"] == "error":
                bad.add(line)
    of_groups: list[list[str]] = [[] for _ in rows]

    def judge(group: dict[str, Any]) -> set[int]:
        taken = {-1}
        for rule in group["rules"]:
            broken_by = f"SELECT line FROM ({sql(group['rows'])}) WHERE {sql(rule['sql'])}"
            for (line,) in connection.execute(broken_by).fetchall():
                of_groups[line].append(rule["code"])
                if rule["drops"] or rule["severity"] == "error":
                    taken.add(line)
        return taken

    def table(name: str, source: str, without: set[int]) -> None:
        lines = ", ".join(map(str, sorted(without)))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source} WHERE line NOT IN ({lines})")

    table("good", f"({sql(exact['select'])})", bad)
    table("kept", "good", judge(exact["keys"]))
    for group in exact["groups"]:
        judge(group)
    stored = [column["name"] for column in exact["columns"]]
    texts = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in stored)
    found = connection.execute(f"SELECT {texts} FROM ({exact['select']}) ORDER BY line").fetchall()
    values = [{name: row[at] for at, name in enumerate(stored)} for row in found]
    json.dump({"version": duckdb.__version__, "broken": broken, "ofGroups": of_groups, "values": values}, sys.stdout)


if __name__ == "__main__":
    main()
