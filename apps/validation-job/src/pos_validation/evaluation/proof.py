"""The fast path: a proof that rows, read with types, are clean. It accepts or it abstains; it never rejects."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl
from msgspec import Struct, UnsetType

from pos_validation.evaluation.warning_rules import WarningRule
from pos_validation.formats.reader import WRONG, TypedSchema
from pos_validation.formats.written_numbers import readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.plan import Plan

# Where these first keys are in ascending order, all may be.
PROBED = 1000
DTYPES: Mapping[str, pl.DataType] = {
    "String": pl.String(),
    "Int64": pl.Int64(),
    "Float64": pl.Float64(),
    "Boolean": pl.Boolean(),
    "Date": pl.Date(),
}


class Proven(Struct, frozen=True):
    """What a proof found: warnings (index and number of rows), and the keys' hashes if they were asked for."""

    warnings: tuple[tuple[int, int], ...]
    hashes: pl.Series | None


class Unproven(Struct, frozen=True):
    """What a proof abstained from: `doubts` are the places of the expressions that are not true of every row."""

    doubts: Sequence[int]


class Proof:
    """The plan's fast expressions, parsed once for a run."""

    def __init__(self, plan: Plan, *, event_time: float) -> None:
        def parsed(sql: str) -> pl.Expr:
            return pl.sql_expr(bound(sql, event_time))

        fast = plan.fast
        self.warnings = [WarningRule(warning, parsed) for warning in fast.warnings]
        self.key = [key.column for key in fast.unique_by]
        self._key = [key.value for key in fast.unique_by]
        # Each with a seed of its own: equal values in two columns must not cancel out.
        hashes = [pl.col(name).hash(seed) for seed, name in enumerate(self._key)]
        self._hash = reduce(lambda left, right: left ^ right, hashes).alias("key")
        understood = [parsed(derived.readable) for derived in fast.derived]
        self._understood = [
            expression.all().alias(derived.name) for derived, expression in zip(fast.derived, understood)
        ]
        self._understood_row = pl.all_horizontal(pl.lit(True), *understood)
        self._derived = [
            parsed(derived.sql).cast(_dtype(derived.dtype)).alias(derived.name) for derived in fast.derived
        ]
        clean = [parsed(sql) for sql in fast.clean]
        # Each with the columns that it reads.
        self._clean = [
            (expression.all().alias(f"clean{i}"), set(expression.meta.root_names()))
            for i, expression in enumerate(clean)
        ]
        self._sources = {derived.name: set(parsed(derived.sql).meta.root_names()) for derived in fast.derived}
        # Whether rows can be clean without a value in any of these columns: it is asked again for each file.
        self._without: dict[frozenset[str], bool] = {}
        self._clean_row = pl.all_horizontal(pl.lit(True), *clean)
        self._each_clean = [expression.alias(f"clean{i}") for i, expression in enumerate(clean)]
        self._counts = [warning.sql.sum().alias(f"warned{i}") for i, warning in enumerate(self.warnings)]
        dtypes = {output.name: _dtype(output.dtype) for output in fast.select}
        self.schema = TypedSchema(
            types={column.name: DTYPES[column.dtype] for column in fast.columns},
            longest={
                column.name: column.longest for column in fast.columns if not isinstance(column.longest, UnsetType)
            },
            # The digits behind the point that decimals keep.
            scales={name: dtype.scale for name, dtype in dtypes.items() if isinstance(dtype, pl.Decimal)},
            required=[column.name for column in plan.columns if column.required],
        )
        self._select = [parsed(output.sql).cast(dtypes[output.name]).alias(output.name) for output in fast.select]

    def derive(self, frame: pl.DataFrame) -> pl.DataFrame | None:
        """The frame with what its texts stand for; None if one of them can't be read."""
        if not self._derived:
            return frame
        return frame.with_columns(self._derived) if all(frame.select(self._understood).row(0)) else None

    def clean_rows(self, sent: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """The clean ones among rows as they were sent, with types and what their texts stand for, and of each row
        whether it is one of them. The keys are not looked at."""
        types = self.schema.types
        absent = (pl.lit(None, dtype).alias(name) for name, dtype in types.items() if name not in sent.columns)
        wrong = [pl.col(name + WRONG) for name in types if name + WRONG in sent.columns]
        rows = sent.select(index=pl.int_range(pl.len()), right=~pl.any_horizontal(pl.lit(False), *wrong))
        typed, certain = readable(
            sent.select(name for name in types if name in sent.columns), types, self.schema.longest
        )
        typed = typed.with_columns(absent).with_columns(rows["index"]).filter(certain & rows["right"])
        typed = typed.filter(self._understood_row).with_columns(self._derived).filter(self._clean_row)
        return typed.drop("index"), rows["index"].is_in(typed["index"].implode())

    def cleanness(self, frame: pl.DataFrame, doubts: Sequence[int] | None) -> pl.DataFrame:
        """Of each row of a frame that went through `derive` what is clean about it, as far as there are doubts (None:
        about all). The keys are not looked at."""
        asked = self._each_clean if doubts is None else [self._each_clean[at] for at in doubts]
        return frame.select(pl.repeat(True, pl.len()).alias("all"), *asked)

    def are_clean(self, cleanness: pl.DataFrame) -> pl.Series:
        """Of each row whether it is clean."""
        return cleanness.select(pl.all_horizontal(pl.all())).to_series()

    def clean_columns(self, cleanness: pl.DataFrame) -> set[str]:
        """The columns of the plan of which nothing is wrong in any of the rows, neither by themselves nor beside
        others."""
        found = cleanness.select(pl.all().all()).row(0, named=True)
        wrong = (
            self.sources(columns) for at, (_, columns) in enumerate(self._clean) if not found.get(f"clean{at}", True)
        )
        return set(self.schema.types).difference(*wrong)

    def warned(self, frame: pl.DataFrame, clean: set[str]) -> list[tuple[int, int]]:
        """The warnings (index and number of rows) that rows of such a frame earn, of those that only read columns
        which are `clean`."""
        chosen = [index for index, warning in enumerate(self.warnings) if self.sources(warning.reads) <= clean]
        if not chosen:
            return []
        counts = frame.select(self._counts[index] for index in chosen).row(0)
        return [(index, int(count)) for index, count in zip(chosen, counts) if count]

    def sources(self, columns: set[str]) -> set[str]:
        """The columns of the plan that these, some of which are derived, are made from."""
        return set().union(*(self._sources.get(name, {name}) for name in columns))

    def examine(self, frame: pl.DataFrame, *, alone: bool, clean: bool = False) -> Proven | Unproven:
        """The proof that every row of `frame` (which went through `derive`) is clean.

        `clean`: that is known but for the keys. If the frame is `alone`, the whole file, its keys are proven unique as
        well; else their hashes are returned for `repeated`, once all are there.
        """
        # Of few rows the hashes cost less than looking.
        ordered = alone and frame.height > PROBED and len(self._key) == 1 and _ascending(frame[self._key[0]])
        unique = [self._hash.n_unique().alias("keys")] if alone and not ordered else []
        # Of columns without a value, such as optional ones that the file lacks, one row says what all would.
        empty = frozenset(name for name in self.schema.types if frame[name].null_count() == frame.height)
        if empty not in self._without:
            alike = [clean for clean, columns in self._clean if columns <= empty]
            self._without[empty] = not alike or all(frame.head(1).select(alike).row(0))
        if not self._without[empty]:
            return Unproven(range(len(self._clean)))
        asked = {at: one for at, (one, columns) in enumerate(self._clean) if not (clean or columns <= empty)}
        found = frame.select(*asked.values(), *self._counts, *unique).row(0, named=True)
        doubts = [at for at in asked if not found[f"clean{at}"]]
        if doubts or (unique and found["keys"] != frame.height):
            return Unproven(doubts)
        warned = tuple((i, int(found[f"warned{i}"])) for i in range(len(self.warnings)) if found[f"warned{i}"])
        return Proven(warned, None if alone else self.hashes(frame))

    def examine_each(self, frame: pl.DataFrame, ends: Sequence[int]) -> list[list[int] | None]:
        """The proof of each of several files, whose rows (which went through `derive`) end one after another before
        those indices: how many rows earn each warning, or None."""
        file = pl.lit(pl.Series(ends, dtype=pl.UInt32)).search_sorted(pl.int_range(pl.len(), dtype=pl.UInt32), "right")
        warned = [warning.sql.alias(f"warned{i}") for i, warning in enumerate(self.warnings)]
        found = (
            frame.lazy()
            .select(file.alias("file"), self._hash, self._clean_row.alias("clean"), *warned)
            .group_by("file", maintain_order=True)
            .agg(
                (pl.col("key").n_unique() == pl.len()) & pl.col("clean").all(),
                *(pl.col(f"warned{i}").sum() for i in range(len(warned))),
            )
            .collect()
        )
        return [counts if proven else None for _, proven, *counts in found.iter_rows()]

    def hashes(self, frame: pl.DataFrame) -> pl.Series:
        """The hash of each row's key, of rows that went through `derive`."""
        return frame.select(self._hash).to_series()

    def ends(self, frame: pl.DataFrame) -> tuple[Any, Any] | None:
        """The first and the last key of rows that went through `derive`, if each is larger than the one before."""
        if len(self._key) != 1 or frame.is_empty():
            return None
        keys = frame[self._key[0]]
        return (keys[0], keys[-1]) if _ascending(keys) else None

    def hashes_of_sent(self, frame: pl.DataFrame) -> pl.Series | None:
        """The hash of the key of each row that has one, of rows as they were sent.

        None if a key is written in a way that only the exact evaluation reads: it might equal any other.
        """
        sent = frame.select(pl.col(name) for name in self.key if name in frame.columns)
        if len(sent.columns) < len(self.key):
            return pl.Series("key", [], pl.UInt64)
        sent = sent.drop_nulls()
        typed = sent.with_columns(pl.col(name).cast(self.schema.types[name], strict=False) for name in self.key)
        others = [pl.lit(None, dtype).alias(name) for name, dtype in self.schema.types.items() if name not in self.key]
        derived = self.derive(typed.with_columns(others))
        if derived is None or any(typed[name].null_count() for name in self.key):
            return None
        return self.hashes(derived)

    def select(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The validated columns of clean rows."""
        return frame.select(self._select)


def _ascending(keys: pl.Series) -> bool:
    """Whether each key is larger than the one before, as tills number them: then they are unique, which is seen in a
    quarter of the time that hashes take."""
    return all(
        part.null_count() == 0 and bool((part.slice(1) > part.slice(0, max(part.len() - 1, 0))).all())
        for part in (keys.head(PROBED), keys)
    )


def bound(sql: str, event_time: float) -> str:
    """The SQL with the run's event time (epoch seconds) in it."""
    return sql.replace("{event_time}", repr(float(event_time)))


def _dtype(name: str) -> pl.DataType:
    if name.startswith("Decimal(") and name.endswith(")"):
        precision, scale = (int(part) for part in name[len("Decimal(") : -1].split(","))
        return pl.Decimal(precision, scale)
    return DTYPES[name]
