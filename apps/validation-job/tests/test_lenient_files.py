"""Files in another form: names of columns, trailer rows, and a separator that clashes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from lenient import BERLIN, GOOD, NEW_YORK, OTHERS, csv_file, lenient_plan, stored
from support import gz, parquet, validate

if TYPE_CHECKING:
    from pos_job_runtime.plan import Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return lenient_plan()


class TestNames:
    def test_a_renamed_header_is_understood(self, plan: Plan) -> None:
        names = [{"id": "line_id", "units": "Menge"}.get(name, name) for name in GOOD]
        found = validate(f"{BERLIN}.csv", csv_file([GOOD], "TRAILER;1", header=names), plan_=plan)
        assert (found["verdict"], found["reasons"]) == ("valid", [])
        again = csv_file([GOOD], ";".join(names), "TRAILER;2", header=names)
        assert validate(f"{BERLIN}.csv", again, plan_=plan)["reasons"][0][:3] == ("repeated_header", None, [3])
        other = validate(f"{OTHERS}.csv", csv_file([GOOD], header=names), plan_=plan)
        assert other["reasons"][0][:2] == ("missing_column", "units")

    def test_two_names_of_one_column_are_refused(self, plan: Plan) -> None:
        names = [{"note": "line_id"}.get(name, name) for name in GOOD]
        found = validate(f"{OTHERS}.csv", csv_file([GOOD], header=names), plan_=plan)
        assert found["reasons"] == [("duplicate_column", "id", [1], ["line_id"])]
        assert "'id' and 'line_id' both stand for 'id': keep one of them" in found["messages"][0]

    def test_json_and_parquet_know_them_too(self, plan: Plan) -> None:
        row = {"line_id": "L1", "units": 1, "sold_at": "2025-05-31T18:05:00+02:00"}
        twice = {**row, "id": "L2"}
        data = "".join(json.dumps(one) + "\n" for one in (row, twice)).encode()
        found = validate(f"{OTHERS}.jsonl", data, plan_=plan)
        assert found["reasons"][0][:3] == ("duplicate_column", "id", [2])
        for columns, verdict in ((row, "valid"), (twice, "rejected")):
            table = pl.DataFrame({**columns, "amount": [1.5], "note": ["N/A"]})
            found = validate(f"{BERLIN}.parquet", parquet(table), plan_=plan, collect=True)
            assert found["verdict"] == verdict, found["messages"]
            if verdict == "valid":
                # Parquet has types of its own: nothing but names is lenient.
                assert stored(found)["L1"]["note"] == "N/A"


class TestTrailer:
    @pytest.mark.parametrize("always_exact", [False, True])
    @pytest.mark.parametrize(
        ("key", "lines", "code"),
        [
            (BERLIN, ["TRAILER;2"], None),
            (BERLIN, ['"TRAILER";"2"', "", ""], None),
            (BERLIN, ["TRAILER;3"], "trailer_count"),
            (BERLIN, [], "missing_trailer"),
            (BERLIN, ["TRAILER;two"], "row_width"),
            (NEW_YORK, ["2"], None),
            (NEW_YORK, ["1"], "trailer_count"),
            (NEW_YORK, [], None),
            (OTHERS, ["TRAILER;2"], "row_width"),
        ],
    )
    def test_it_is_no_row_and_its_count_is_compared(
        self, plan: Plan, key: str, lines: list[str], code: str | None, always_exact: bool
    ) -> None:
        data = csv_file([GOOD, {**GOOD, "id": "L2"}], *lines)
        for name, content in ((f"{key}.csv", data), (f"{key}.csv.gz", gz(data)), (f"{key}.csv", data.rstrip())):
            found = validate(name, content, plan_=plan, always_exact=always_exact)
            codes = [reason[0] for reason in found["reasons"]]
            assert (code in codes) if code else found["verdict"] == "valid", (codes, found["messages"])
            assert found["rows"][0] == (3 if code == "row_width" else 2)

    def test_its_words(self, plan: Plan) -> None:
        two = [GOOD, {**GOOD, "id": "L2"}]
        found = validate(f"{BERLIN}.csv", csv_file(two, "TRAILER;3"), plan_=plan)
        assert found["messages"] == ["The trailer row says 3 rows, but the file has 2 rows."]
        assert found["reasons"] == [("trailer_count", None, [4], ["3"])]
        found = validate(f"{BERLIN}.csv", csv_file(two), plan_=plan)
        assert "TRAILER;(number of rows)" in found["messages"][0]


def test_an_unquoted_decimal_comma_among_commas_is_told(plan: Plan) -> None:
    lines = [",".join(GOOD), ",".join({**GOOD, "amount": "1,5"}.values()), "TRAILER,1"]
    found = validate(f"{BERLIN}.csv", "\n".join(lines).encode(), plan_=plan)
    assert found["reasons"][0][0] == "row_width"
    assert "numbers may have a decimal comma" in found["messages"][0]
