"""What every answer must satisfy, and what the contract, JSON and Arrow say of the same file."""

from __future__ import annotations

import gzip
import io
import json
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow.parquet

from fuzz.processes import PLAN
from pos_job_runtime.plan import parse_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.files import Made
    from fuzz.processes import Talker

SAMPLES = 20
FIRST_ROW = 2


def _of_several_rows() -> frozenset[str]:
    """The reason codes that a file says of several of its rows, or of its header; a row by itself can't."""
    plan = parse_plan(PLAN.read_bytes()).dataset()
    groups = (plan.exact.keys, *plan.exact.groups)
    return frozenset({*(rule.code for one in groups for rule in one.rules), "unexpected_column"})


OF_SEVERAL_ROWS = _of_several_rows()


def ill_formed(found: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the answer by itself."""
    total, valid, invalid = found["rows"]
    if valid + invalid != total or min(found["rows"]) < 0:
        yield f"its counts of rows don't add up: {found['rows']}"
    errors = [code for code, severity in found["severities"].items() if severity == "error"]
    if (found["verdict"] == "valid") == bool(errors) or found["verdict"] not in ("valid", "rejected"):
        yield f"it is {found['verdict']} with the errors {errors}"
    if found["verdict"] == "valid" and (total == 0 or invalid):
        yield f"it is valid with {found['rows']} rows"
    if len(found["reasons"]) != len(found["messages"]) or not all(found["messages"]):
        yield "a reason has no message"
    if sum(len(lines) for _, _, lines, _ in found["reasons"]) > SAMPLES:
        yield "it has too many samples"
    for (code, column, lines, values), message in zip(found["reasons"], found["messages"]):
        if any(line is not None and line < 1 for line in lines) or len(lines) != len(values):
            yield f"{code} of {column} has the lines {lines}"
        if len(message) > 2000:
            yield f"the message of {code} has {len(message)} characters"
        if any(unicodedata.category(one) in ("Cc", "Cs") or one in "\u200b\u202e\u2028\ufeff" for one in message):
            yield f"the message of {code} has characters that nobody sees: {message!r}"
    for _, _, count in found["counts"]:
        if count < 1:
            yield "a reason has no count"


def differing(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    """Where two ways to the same answer differ."""
    for name, value in one.items():
        if value != other[name]:
            yield f"{name}: {_short(value)} and {_short(other[name])}"


def against_the_contract(file: Made, found: dict[str, Any], reference: Talker) -> Iterator[str]:
    """A sheet's rows, as the contract's own Schema decodes them."""
    if file.rows is None:
        return
    told = reference.ask({"rows": file.rows}, seconds=60)
    expected = Counter(rule for row in told for rule in row["rules"])
    counts = Counter({
        f"{column}.{code}" if f"{column}.{code}" in expected or code not in expected else code: count
        for code, column, count in found["counts"]
        if code not in OF_SEVERAL_ROWS
    })  # fmt: skip
    if counts != expected:
        yield f"the job tells {dict(counts)}, the contract {dict(expected)}"
        return
    for code, column, lines, _ in found["reasons"]:
        rules = {code, f"{column}.{code}"}
        right = [at for at, row in enumerate(told, FIRST_ROW) if rules & set(row["rules"])]
        if code not in OF_SEVERAL_ROWS and lines != right[: len(lines)]:
            yield f"the job tells {code} of {column} on {lines}, the contract on {right}"
    if found["landed"] is not None:
        values = sorted({tuple(row["values"].values()) for row in told}, key=str)
        landed = sorted((tuple(row) for row in found["landed"]), key=str)
        if landed != values:
            yield f"it lands {_short(landed)}, by the contract {_short(values)}"


def against_json(file: Made, found: dict[str, Any]) -> Iterator[str]:
    """Which lines are objects, as Python's own reader sees them."""
    if not file.name.endswith(".jsonl") or found["format"] != "jsonl":
        return
    told = {code for code, _, _ in found["counts"]}
    if told & {"not_utf8", "empty_file", "unsupported_format", "unreadable"}:
        return
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "it is no UTF-8, and the job does not say so"
        return
    if text.lstrip()[:1] == "[":
        return
    bad = sum(1 for line in text.split("\n") if line.strip(" \t\r") and not _is_object(line.strip(" \t\r")))
    broken = sum(count for code, _, count in found["counts"] if code == "broken_json")
    if bad > broken:
        yield f"{bad} lines are no JSON objects, the job tells {broken}"


def _is_object(line: str) -> bool:
    def no_constant(name: str) -> None:
        raise ValueError(name)

    try:
        return isinstance(json.loads(line, parse_constant=no_constant, parse_int=str, parse_float=str), dict)
    except (ValueError, RecursionError):
        return False


def against_arrow(file: Made, found: dict[str, Any]) -> Iterator[str]:
    """A Parquet file that is valid: where Arrow can read it, it must read the same keys and quantities."""
    if found["format"] != "parquet" or found["verdict"] != "valid" or found["landed"] is None:
        return
    try:
        data = gzip.decompress(file.data) if file.data.startswith(b"\x1f\x8b") else file.data
        table = pyarrow.parquet.read_table(io.BytesIO(data), columns=["transaction_id", "quantity"])
        rows = {(str(row["transaction_id"]), str(int(row["quantity"]))) for row in table.to_pylist()}
    except Exception:
        # Arrow reads the whole schema, the job only what the contract names.
        return
    # The contract's order: transaction, receipt, store, product, quantity.
    landed = {(row[0], row[4]) for row in found["landed"]}
    if landed != rows:
        yield f"it lands {_short(sorted(landed))}, Arrow reads {_short(sorted(rows))}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "…"
