"""The exact path: DuckDB evaluates every rule of the plan on the text as it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from pos_validation.evaluation.group_rules import GroupOfRules
from pos_validation.evaluation.proof import bound
from pos_validation.evaluation.sql_text import literal, quoted
from pos_validation.findings.findings import SAMPLES_PER_FILE, RowCounts, RuleCode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from pos_job_runtime.plan import ExactRule, Plan
    from pos_validation.evaluation.raw_rows import RawRows
    from pos_validation.evaluation.validated import FileRows
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency

# Beyond this many bytes DuckDB goes on in temporary files.
MEMORY = 10**9
# Up to so many rows, planning takes most of the time: threads, and plans that are optimised, cost more than they save.
FEW = 5_000
# DuckDB's settings for few rows and for more.
FOR_FEW = "SET threads = 1; PRAGMA disable_optimizer"
FOR_MANY = "RESET threads; PRAGMA enable_optimizer"


class ExactEvaluator:
    """Evaluates one file after another. Rows that break a rule of severity `error` are *bad*, first by themselves, then
    by the rows that share their key, then by other groups that they belong to; a repetition of a row is dropped."""

    def __init__(self, plan: Plan, *, event_time: float, temporary: Callable[[str], Path], memory: int | None) -> None:
        """`temporary` makes paths; `memory` is what DuckDB may take, in bytes (default: `MEMORY`)."""
        self._plan = plan
        self._temporary = temporary
        self._typed = bound(plan.exact.typed, event_time)
        # The rules that are evaluated of the file at hand, and the condition that one of them rejects a row.
        self._rules: list[ExactRule] = []
        self._errors = ""
        # The relation of its rows with types and reasons.
        self._source = "typed_rows"
        self._select = bound(plan.exact.select, event_time)
        self._event_time = event_time
        # Whether DuckDB is set for few rows.
        self._few = False
        self._groups = [
            GroupOfRules(at, group, self._bound) for at, group in enumerate((plan.exact.keys, *plan.exact.groups))
        ]
        self._db = duckdb.connect(
            config={
                "temp_directory": str(temporary("duckdb")),
                "memory_limit": f"{memory or MEMORY}B",
                # Temporary files are read once; a cache of their contents only costs memory.
                "enable_external_file_cache": "false",
            }
        )

    def evaluate(
        self,
        raw: RawRows,
        findings: Findings,
        leniency: Leniency | None = None,
        *,
        settled: Collection[str] = (),
    ) -> RowCounts:
        """Validate the rows; what is found goes to the findings. The good rows then stand ready for `write_good`.

        `settled`: the ids of rules that none of the rows breaks, and of warnings that are noted already.
        """
        self._rules = [rule for rule in self._plan.exact.rules if rule.id not in settled]
        self._errors = " OR ".join(f"broken_{at}" for at, rule in enumerate(self._rules) if rule.severity == "error")
        self._load(raw, leniency, materialised=not settled)
        self._judge(self._rules)
        counts = [
            "count(*)",
            f"count(*) FILTER ({self._errors or 'false'})",
            *(f"count(*) FILTER (broken_{at})" for at in range(len(self._rules))),
        ]
        total, bad, *per_rule = self._row(f"SELECT {', '.join(counts)} FROM judged")
        self._note({at: count for at, count in enumerate(per_rule) if count}, findings)
        # Where all rows are bad, or none is, nothing must be looked for again.
        is_bad, is_good = self._errors or "false", "line NOT IN (SELECT line FROM bad)"
        if bad in (0, total):
            is_bad, is_good = str(bad == total).lower(), str(bad != total).lower()
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE bad AS SELECT line FROM judged WHERE {is_bad}")
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW typed AS SELECT * FROM {self._source} WHERE {is_good}")
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE good AS {self._select}")
        wrong, repeated = self._judge_groups(findings)
        invalid = bad + wrong
        return RowCounts(total=total, valid=total - invalid, invalid=invalid, repeated=repeated)

    def broken(self, raw: RawRows, leniency: Leniency | None, rules: Sequence[ExactRule]) -> pl.DataFrame:
        """Of each row, in the order of their lines, whether it breaks a rule: in a column called by the rule's place in
        the list, for those that some row breaks."""
        self._load(raw, leniency, materialised=False)
        self._judge(rules)
        any_broken = self._row(f"SELECT {', '.join(f'bool_or(broken_{at})' for at in range(len(rules)))} FROM judged")
        columns = ", ".join(f'broken_{at} AS "{at}"' for at, found in enumerate(any_broken) if found)
        if not columns:
            return pl.DataFrame()
        path = self._temporary("broken.parquet")
        self._db.execute(
            f"COPY (SELECT {columns} FROM judged ORDER BY line) "
            f"TO {literal(path)} (FORMAT parquet, COMPRESSION uncompressed)"
        )
        try:
            return pl.read_parquet(path)
        finally:
            path.unlink()

    def shown(
        self, raw: RawRows, leniency: Leniency | None, rules: Sequence[ExactRule]
    ) -> list[list[tuple[int, str | None, str | None]]]:
        """For each rule the first of the rows that break it, as line, value and detail."""
        self._load(raw, leniency, materialised=True)
        return [self._shown(rule, self._source) for rule in rules]

    def write_good(self, rows: FileRows) -> None:
        """Hand the good rows of the file evaluated last to `rows`, as Parquet."""
        path = self._temporary("good.parquet")
        columns = ", ".join(quoted(column.name) for column in self._plan.exact.columns)
        self._db.execute(
            f"COPY (SELECT {columns} FROM good WHERE line NOT IN (SELECT line FROM taken) ORDER BY line) "
            f"TO {literal(path)} (FORMAT parquet, COMPRESSION snappy)"
        )
        rows.adopt(path)

    def write_bad(self, path: Path) -> None:
        """Write the bad rows of the file evaluated last as they were sent, each with `line` and its `reasons`."""
        codes = [
            f"CASE WHEN broken_{at} THEN {literal(rule.code + ' (' + rule.column + ')')} END"
            for at, rule in enumerate(self._rules)
            if rule.severity == "error"
        ]
        of_groups = [f"SELECT line, {group.reasons} AS reasons FROM {group.table}" for group in self._groups]
        cells = ", ".join(f"raw.{quoted(column.name)}" for column in self._plan.columns)
        self._db.execute(
            f"COPY (WITH reasons AS ("
            f"  SELECT line, concat_ws(', ', {', '.join(codes) or 'NULL'}) AS reasons FROM judged "
            f"  WHERE line IN (SELECT line FROM bad)"
            f"  UNION ALL SELECT line, string_agg(reasons, ', ') FROM ({' UNION ALL '.join(of_groups)}) "
            f"  WHERE reasons <> '' GROUP BY line) "
            f"SELECT raw.line, {cells}, reasons.reasons FROM raw JOIN reasons USING (line) ORDER BY raw.line) "
            f"TO {literal(path)} (FORMAT parquet, COMPRESSION snappy)"
        )

    def _load(self, raw: RawRows, leniency: Leniency | None, *, materialised: bool) -> None:
        self._suit(raw.rows)
        sent = raw.relation()
        if leniency is not None:
            self._db.execute(f"CREATE OR REPLACE TEMP VIEW sent AS {sent}")
            sent = leniency.exact
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW raw AS {sent}")
        # As a view, DuckDB computes only what the rules ask for that are left; as a table, each thing once.
        self._source = "typed_rows" if materialised else "typed_view"
        kind = "TABLE" if materialised else "VIEW"
        self._db.execute(f"CREATE OR REPLACE TEMP {kind} {self._source} AS {self._typed}")

    def _suit(self, rows: int) -> None:
        """Set DuckDB for so many rows, unless it is set so."""
        few = rows <= FEW
        if few != self._few:
            self._db.execute(FOR_FEW if few else FOR_MANY)
            self._few = few

    def _note(self, counts: Mapping[int, int], findings: Findings) -> None:
        """Note how many rows break each rule, by its place in the list, and show the first of them."""
        if not counts:
            return
        # In one statement: of few rows, each takes longer to be planned than to be run.
        first = ", ".join(f"min(line, {SAMPLES_PER_FILE}) FILTER (broken_{at})" for at in counts)
        found = self._row(f"SELECT {first} FROM judged")
        lines = ", ".join(map(str, sorted({line for some in found for line in some})))
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE shown AS SELECT * FROM {self._source} WHERE line IN ({lines})")
        for at, count in counts.items():
            rule = self._rules[at]
            rows = self._shown(rule, "shown")
            code = RuleCode(rule.code)
            findings.add_many(code, rule=rule.id, severity=rule.severity, column=rule.column, count=count, found=rows)

    def _judge(self, rules: Sequence[ExactRule]) -> None:
        """Make the table `judged`: of each row which rules it breaks."""
        flags = "".join(f", coalesce(({self._bound(rule.sql)}), false) AS broken_{at}" for at, rule in enumerate(rules))
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE judged AS SELECT line{flags} FROM {self._source}")

    def _shown(self, rule: ExactRule, relation: str) -> list[tuple[int, str | None, str | None]]:
        """The first rows of a relation with types that break the rule, as line, value and detail."""
        return self._db.execute(
            f"SELECT line, CAST(({self._bound(rule.value)}) AS VARCHAR), "
            f"CAST(({self._bound(rule.detail) if rule.detail else 'NULL'}) AS VARCHAR) "
            f"FROM {relation} WHERE {self._bound(rule.sql)} ORDER BY line LIMIT {SAMPLES_PER_FILE}"
        ).fetchall()

    def _judge_groups(self, findings: Findings) -> tuple[int, int]:
        """Among the good rows: how many are wrong beside others, and how many are dropped as repetitions of another."""
        self._db.execute("CREATE OR REPLACE TEMP TABLE taken (line BIGINT, wrong BOOLEAN)")
        self._db.execute(
            "CREATE OR REPLACE TEMP VIEW kept AS SELECT * FROM good WHERE line NOT IN (SELECT line FROM taken)"
        )
        of_keys, *others = self._groups
        for groups in ([of_keys], others):
            for group in groups:
                self._note_group(group, findings)
            # Only now: which rows a rule sees does not depend on the order of the rules beside it.
            for group in groups:
                self._db.execute(
                    f"INSERT INTO taken SELECT line, {group.wrong} FROM {group.table} "
                    f"WHERE {group.wrong} OR {group.drops}"
                )
        found = "SELECT line, bool_or(wrong) AS wrong FROM taken GROUP BY line"
        wrong, repeated = self._row(f"SELECT count(*) FILTER (wrong), count(*) FILTER (NOT wrong) FROM ({found})")
        return wrong, repeated

    def _note_group(self, group: GroupOfRules, findings: Findings) -> None:
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE {group.table} AS {group.broken}")
        counts = ", ".join(f"count(*) FILTER (broken_{at})" for at in range(len(group.rules)))
        for at, (rule, count) in enumerate(zip(group.rules, self._row(f"SELECT {counts} FROM {group.table}"))):
            if count:
                rows = self._db.execute(
                    f"SELECT line, value_{at}, detail_{at}, hint_{at} FROM {group.table} WHERE broken_{at} "
                    f"ORDER BY line LIMIT {SAMPLES_PER_FILE}"
                ).fetchall()
                findings.add_many(
                    RuleCode(rule.code),
                    column=rule.column,
                    count=count,
                    found=[row[:3] for row in rows],
                    hint=rows[0][3],
                )

    def _bound(self, sql: str) -> str:
        return bound(sql, self._event_time)

    def _row(self, sql: str) -> tuple[Any, ...]:
        row = self._db.execute(sql).fetchone()
        if row is None:
            raise AssertionError("an aggregate has one row")
        return row
