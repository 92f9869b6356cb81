"""A format costs a module and an entry in the registry: here Feather, through the whole job."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import polars as pl
from runs import JOB, World, environment
from support import ROOT, SOLD, csv, gz, line, plan

from pos_validation.formats import registry

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "adding-a-format.md"


def sales(*names: str, **columns: object) -> pl.DataFrame:
    """Valid rows, but for the columns given."""
    return pl.DataFrame(
        {
            "transaction_id": names,
            "store_id": 1,
            "product_id": 2,
            "quantity": 3,
            "revenue": 4.5,
            "timestamp": float(SOLD),
            **columns,
        }
    ).with_columns(pl.col(pl.Int32).cast(pl.Int64))


def feather(frame: pl.DataFrame) -> bytes:
    held = io.BytesIO()
    frame.write_ipc(held)
    return held.getvalue()


def test_a_new_format_goes_through_the_whole_job(tmp_path: Path) -> None:
    good = feather(sales("F1", "F2"))
    bad = [f"B{number}" for number in range(1000)]
    files = {
        "good.feather": good,
        "packed.arrow.gz": gz(good),
        "untold.data": good,
        "same-keys.feather": feather(sales("R1", "R2", "R1")),
        "some-bad.feather": feather(sales(*bad).with_columns(store_id=pl.Series([-1, *[1] * 999], dtype=pl.Int64))),
        "no-rows.feather": feather(sales()),
        "lacks-a-column.feather": feather(sales("L1").drop("revenue")),
        "wrong-type.feather": feather(sales("W1", quantity="three")),
        "cut-off.feather": good[: len(good) // 2],
        "a-csv.feather": csv(line("C1")),
        "a-feather.csv": good,
        "nothing.data": b"nothing that anybody knows\n",
        "still.csv": csv(line("C2")),
    }
    world = World(tmp_path, files)
    command = world.command()
    command[1] = str(JOB / "tests" / "feather_job.py")
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    found = {each["file"].rsplit("/", 1)[-1]: each for each in world.lines()}
    told = {
        name: (each["verdict"], each["format"], [reason["code"] for reason in each["reasons"]])
        for name, each in found.items()
    }
    assert told == {
        "good.feather": ("valid", "feather", []),
        "packed.arrow.gz": ("valid", "feather", []),
        "untold.data": ("valid", "feather", []),
        "same-keys.feather": ("valid", "feather", ["repeated_row"]),
        "some-bad.feather": ("rejected", "feather", ["out_of_range"]),
        "no-rows.feather": ("rejected", "feather", ["no_rows"]),
        "lacks-a-column.feather": ("rejected", "feather", ["missing_column"]),
        "wrong-type.feather": ("rejected", "feather", ["wrong_column_type"]),
        "cut-off.feather": ("rejected", "feather", ["unreadable"]),
        "a-csv.feather": ("rejected", "feather", ["unreadable"]),
        "a-feather.csv": ("rejected", "csv", ["unsupported_format"]),
        "nothing.data": ("rejected", None, ["unsupported_format"]),
        "still.csv": ("valid", "csv", []),
    }
    assert "it is not CSV, JSON lines, Parquet or Feather" in found["nothing.data"]["reasons"][0]["message"]
    assert "let its name end in .feather" in found["a-feather.csv"]["reasons"][0]["message"]
    assert found["packed.arrow.gz"]["compression"] == "gzip"
    assert [(s["line"], s["value"]) for s in found["some-bad.feather"]["reasons"][0]["samples"]] == [(1, "-1")]
    assert found["same-keys.feather"]["reasons"][0]["samples"][0]["line"] == 3
    validated = pl.concat(pl.read_parquet(path) for path in (world.validation / "validated").glob("*.parquet"))
    assert sorted(validated["transaction_id"]) == ["C2", *["F1"] * 3, *["F2"] * 3, "R1", "R2"]


def test_every_format_has_a_reader_and_its_own_names() -> None:
    for one in registry.FORMATS:
        assert callable(one.reader().open_file)
    extensions = [extension for one in registry.FORMATS for extension in one.extensions]
    assert len(extensions) == len(set(extensions))
    assert len(registry.FORMATS) == len({one.name for one in registry.FORMATS})
    names = [column.name for column in plan().columns]
    assert registry.content_format(b"no such thing\n", names) is None


def test_the_page_shows_what_is_tested() -> None:
    text = PAGE.read_text("utf-8")
    module = (JOB / "tests" / "feather_file.py").read_text("utf-8")
    assert module.split('"""\n', 1)[1].strip() in text
    entry = (JOB / "tests" / "feather_job.py").read_text("utf-8")
    assert entry[entry.index("    registry.Format(") : entry.index("\n)\n")].replace("registry.", "") in text
