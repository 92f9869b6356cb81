"""Every file of the corpus through both jobs: its verdict, its reasons with their lines, and the rows that it lands."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from jobs import PLAN, Buckets

from pos_corpus import CASES, FAMILIES
from pos_corpus.case import Case, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pos_corpus.case import Landed

FEWEST = 250
# A terminal obeys some of them, others hide or turn around what stands beside them.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
# No small file can have these: it is too large, the bucket does not give it away, or no reader known to us fails on it.
ELSEWHERE = {"file_too_large", "unreadable_object", "over_budget", "reader_crashed"}
COLUMNS = "transaction_id, store_id, product_id, quantity, revenue, discount_applied, event_time, date, receipt_id"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# The fast path proves what it can, and the exact one judges the rest; here it also judges everything: once is enough,
# with the libraries that the deployed job has.
WAYS = {"fast": {}, "exact": {"always_exact": "true"}} if Path(sys.prefix).name == "glue-shell" else {"fast": {}}


ALL = {f"incoming/{family}/{case.name}": case for family, cases in FAMILIES.items() for case in cases}


def of(family: str) -> dict[str, Case]:
    """The family's cases by their keys."""
    return {at: case for at, case in ALL.items() if at.split("/")[1] == family}


@pytest.fixture(scope="session", params=WAYS)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Buckets:
    """The whole corpus, validated in one run and loaded."""
    buckets = Buckets(tmp_path_factory.mktemp(request.param))
    buckets.deliver({at: case.content() for at, case in ALL.items()})
    buckets.validate(**WAYS[request.param])
    buckets.load()
    return buckets


@pytest.fixture(scope="session")
def verdicts(loaded: Buckets) -> dict[str, dict[str, Any]]:
    return loaded.verdicts()


@pytest.fixture(scope="session")
def curated(loaded: Buckets) -> dict[str, list[tuple[Any, ...]]]:
    """The curated rows, by the key of the sale."""
    found = defaultdict(list)
    for row in loaded.table("curated/sales", COLUMNS):
        found[row[0]].append(row)
    return found


def test_the_corpus_is_large_and_its_names_differ() -> None:
    assert len(CASES) >= FEWEST
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    keys = Counter((landed.transaction_id, day(landed)) for case in CASES for landed in case.rows())
    assert [one for one, count in keys.items() if count > 1] == []


def test_every_reason_of_the_contract_has_a_case() -> None:
    known = set(json.loads(PLAN.read_text("utf-8"))["datasets"]["sales"]["reasons"])
    assert known - {told.code for case in CASES for told in case.told} <= ELSEWHERE


@pytest.mark.parametrize("family", FAMILIES)
def test_verdicts_and_reasons(family: str, verdicts: dict[str, dict[str, Any]]) -> None:
    found = {at: verdict_of(verdicts[at]) for at in of(family)}
    expected = {at: (case.verdict, (case.total, case.invalid), ordered(case.told)) for at, case in of(family).items()}
    wrong = [at for at in expected if found[at] != expected[at]]
    assert not wrong, "\n".join(
        f"{at}\n  is     {found[at]} {messages(verdicts[at])}\n  should {expected[at]}" for at in wrong
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_stand_in_the_curated_table(family: str, curated: dict[str, list[tuple[Any, ...]]]) -> None:
    expected = {landed.transaction_id: [in_the_table(landed)] for case in of(family).values() for landed in case.rows()}
    wrong = [one for one in expected if curated.get(one, []) != expected[one]]
    assert not wrong, "\n".join(f"{one}\n  is     {curated.get(one)}\n  should {expected[one]}" for one in wrong)


def test_messages_have_no_characters_that_nobody_sees(verdicts: dict[str, dict[str, Any]]) -> None:
    told = [message for line in verdicts.values() for message in messages(line)]
    assert [message for message in told if UNSEEN.search(message)] == []


def test_nobody_sees_what_libraries_write(loaded: Buckets) -> None:
    """A panic of a library goes to standard error, where people take it for the job's own words."""
    assert loaded.stderr == ["", ""]


def test_nothing_else_stands_there(curated: dict[str, list[tuple[Any, ...]]]) -> None:
    assert set(curated) == {landed.transaction_id for case in ALL.values() for landed in case.rows()}


def test_the_kpis_are_their_sums(loaded: Buckets) -> None:
    """Over what the curated table holds: its rows are compared one by one above."""
    rows = loaded.table("curated/sales", COLUMNS)
    for table, column, at in (
        ("kpi/total_sales_per_product_per_day", "product_id", 2),
        ("kpi/store_sales_per_day", "store_id", 1),
    ):
        measures = "total_sales, units_sold, transactions, total_discount"
        found = loaded.table(table, f"date, {column}, {measures}")
        assert sorted(found) == sorted(sums(rows, lambda row, at=at: (row[7], row[at])))


def test_receipts_are_counted_with_what_is_on_them(loaded: Buckets) -> None:
    rows = loaded.table("curated/sales", COLUMNS)
    on_receipts = [row for row in rows if row[8] is not None]
    totals = sums(on_receipts, lambda row: (row[7], row[1]))
    names = defaultdict(set)
    for row in on_receipts:
        names[row[7], row[1]].add(row[8])
    found = loaded.table("kpi/store_sales_per_day", "date, store_id, receipts, sales_on_receipts, units_on_receipts")
    assert sorted(row for row in found if row[2]) == sorted(
        (date_, store, len(names[date_, store]), *sold) for date_, store, *sold in (total[:4] for total in totals)
    )
    without = {(row[7], row[1]) for row in rows} - set(names)
    assert without
    assert {tuple(row[:2]) for row in found if row[2:] == (0, Decimal("0.0000"), 0)} == without


def test_rejected_files_are_kept_whole_each_with_its_report(
    loaded: Buckets, verdicts: dict[str, dict[str, Any]]
) -> None:
    for at, line in verdicts.items():
        if line["verdict"] == "valid":
            assert (loaded.folder / "source" / at).exists(), at
            continue
        assert file_at(line["rejected"]).read_bytes() == ALL[at].content(), at
        assert json.loads(file_at(line["report"]).read_text("utf-8"))["file"] == line, at
        assert not (loaded.folder / "source" / at).exists(), at


def file_at(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def verdict_of(line: dict[str, Any]) -> tuple[Any, ...]:
    rows = line["rows"]
    assert rows["valid"] == rows["total"] - rows["invalid"]
    return line["verdict"], (rows["total"], rows["invalid"]), told(line["reasons"])


def told(reasons: Iterable[dict[str, Any]]) -> list[Told]:
    return ordered(
        Told(
            reason["code"],
            reason["column"],
            tuple(sample["line"] for sample in reason["samples"]),
            reason["count"],
            reason["rule"],
            reason["severity"],
        )
        for reason in reasons
    )


def ordered(all_told: Iterable[Told]) -> list[Told]:
    """In an order of their own: what a report puts first is not the corpus' affair."""
    whole = [replace(one, lines=one.lines[:20]) for one in all_told]
    return sorted(whole, key=lambda one: (one.code, one.column or ""))


def messages(line: dict[str, Any]) -> list[str]:
    return [reason["message"] for reason in line["reasons"]]


def day(landed: Landed) -> date:
    """The business date, in UTC."""
    return (EPOCH + timedelta(microseconds=landed.at)).date()


def in_the_table(landed: Landed) -> tuple[Any, ...]:
    return (*landed[:6], EPOCH + timedelta(microseconds=landed.at), day(landed), landed.receipt_id)


def sums(rows: Iterable[tuple[Any, ...]], key_of: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> list[Any]:
    """A KPI table made by Python's decimals: sales, units, transactions, discount."""
    groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[key_of(row)].append(row)
    zero = Decimal("0.0000")
    return [
        (*key_, sum((row[4] for row in group), zero), sum(row[3] for row in group), len(group),
            sum((row[5] or zero for row in group), zero))
        for key_, group in groups.items()
    ]  # fmt: skip
