"""Small files are proven many at a time, and each gets the verdict that it gets alone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from msgspec.structs import replace
from support import EVENT_TIME, HEADER, NAMES, csv, gz, line, plan, with_policies
from test_paths_agree import a_csv_file, cell

from pos_validation.evaluation.file_validator import FileValidator
from pos_validation.evaluation.validated import NoRows, StagedRows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import FileVerdict

WARNS = {"revenue": 1, "discount_applied": 2}


class Desk:
    """Files in a folder, and a validator."""

    def __init__(self, folder: Path, files: Mapping[str, bytes], *, plan_: Plan | None = None) -> None:
        self.plan = plan_ or plan()
        self.folder = folder
        for name, data in files.items():
            (folder / name).write_bytes(data)
        self.files = [(name, folder / name, len(data)) for name, data in files.items()]
        self.validator = FileValidator(self.plan, event_time=EVENT_TIME, folder=folder, unforeseen=self._raise)

    @staticmethod
    def _raise(_: str, error: BaseException) -> None:
        raise error

    def proven(self) -> list[str]:
        """The names of the files that are proven at one go."""
        return [self.files[place][0] for place in sorted(self.validator.prove(self.files, wanted=False))]

    def verdicts(self, *, together: bool, wanted: bool = False) -> list[tuple[FileVerdict, pl.DataFrame | None]]:
        """Verdict and validated rows of each."""
        proven = self.validator.prove(self.files, wanted=wanted) if together else {}
        return [
            self._verdict(name, path, wanted=wanted, proven=proven.get(place))
            for place, (name, path, _) in enumerate(self.files)
        ]

    def _verdict(self, name: str, path: Path, *, wanted: bool, proven: Any) -> tuple[FileVerdict, pl.DataFrame | None]:
        out = self.folder / "out.parquet"
        rows = StagedRows(self.plan, self.folder, name="rows") if wanted else NoRows()
        found = self.validator.validate(
            name=name, path=path, rows=rows, validated=out if wanted else None, proven=proven
        )
        return found, pl.read_parquet(out) if wanted and found.verdict == "valid" else None


def same(desk: Desk, *, wanted: bool = False) -> None:
    """Together and alone, the files have the same verdicts and rows."""
    for (one, rows), (other, others) in zip(
        desk.verdicts(together=True, wanted=wanted), desk.verdicts(together=False, wanted=wanted)
    ):
        assert one == other
        assert (rows is None) == (others is None)
        assert rows is None or (others is not None and rows.equals(others) and rows.schema == others.schema)


def clean(count: int, *, rows: int = 3) -> dict[str, bytes]:
    """Files whose rows are clean, and warn here and there. Each numbers its rows from one."""
    return {
        f"clean-{file:02d}.csv": csv(
            *(line(f"T{row}", **(WARNS if (file + row) % 3 == 0 else {})) for row in range(rows))
        )
        for file in range(count)
    }


def test_thirty_files_take_hardly_more_queries_than_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, clean(30))
    desk.verdicts(together=True)
    asked: list[object] = []
    collect, read_csv = pl.LazyFrame.collect, pl.read_csv
    monkeypatch.setattr(pl.LazyFrame, "collect", lambda *a, **k: asked.append(1) or collect(*a, **k))
    monkeypatch.setattr(pl, "read_csv", lambda *a, **k: asked.append(1) or read_csv(*a, **k))
    found = desk.verdicts(together=True)
    assert [verdict.verdict for verdict, _ in found] == ["valid"] * 30
    assert len(asked) <= 6
    asked.clear()
    desk.verdicts(together=False)
    assert len(asked) >= 60


def test_warnings_are_shown_on_their_own_lines_of_their_own_file(tmp_path: Path) -> None:
    files = {
        "few.csv": csv(line("A1"), line("A2", revenue="1.50", discount_applied="02.5"), line("A3")),
        "none.csv": csv(line("A1"), line("A2")),
        "many.csv": csv(*(line(f"A{n}", quantity=n % 2, **WARNS) for n in range(90))),
        "mark.csv": b"\xef\xbb\xbf" + csv(line("A1"), line("A2", **WARNS)),
        "blank.csv": b"\n\n" + csv(line("A1", **WARNS)),
        "open.csv": csv(line("A1"), line("A2", quantity="+0"))[:-1],
    }
    desk = Desk(tmp_path, files)
    assert desk.proven() == [*files]
    same(desk)
    few, none, many, mark, blank, _ = [verdict for verdict, _ in desk.verdicts(together=True)]
    assert [(s.line, s.value) for s in few.reasons[0].samples] == [(3, "02.5")]
    assert few.reasons[0].detail == "1.50"
    assert none.reasons == ()
    assert {reason.code: reason.count for reason in many.reasons} == {"zero_quantity": 45, "discount_above_gross": 90}
    assert [s.line for s in mark.reasons[0].samples] == [3]
    assert [s.line for s in blank.reasons[0].samples] == [4]


@pytest.mark.parametrize(
    "data",
    [
        csv(line("B1", quantity="x")),
        csv(line("B1", quantity="1e0")),
        csv(line("B1", revenue="19.98999999999999843")),
        csv(line("B1", store_id=-1)),
        csv(line("B1"), line("B1")),
        csv(line("B1"), "", line("B2")),
        csv("", line("B1")),
        csv(line("B1"), HEADER),
        csv(line("B1") + ","),
        csv(line("B1").rsplit(",", 1)[0]),
        csv('"B1"' + line("")),
        csv(line("B1"), end="\r\n"),
        csv(line("B\u00e9")),
        csv("\ufeff" + line("B1")),
        csv(),
        b"",
        b"\x00" * 80,
        csv(line("B1")).replace(b"store_id", b"shop"),
        csv(line("B\xff")).replace(b"\xc3\xbf", b"\xff"),
    ],
)
def test_an_odd_file_does_not_keep_the_others_from_being_proven(tmp_path: Path, data: bytes) -> None:
    files = clean(11)
    desk = Desk(tmp_path, {**dict([*files.items()][:5]), "odd.csv": data, **dict([*files.items()][5:])})
    assert desk.proven() == [*files]
    same(desk)
    same(desk, wanted=True)


def test_hostile_files_have_the_verdicts_and_the_rows_that_they_have_alone(tmp_path: Path) -> None:
    rng = random.Random(5)
    files = {}
    for number in range(60):
        hostile = rng.choice([0, 0, 0.01])
        lines = [",".join(cell(rng, name, hostile) for name in NAMES) for _ in range(rng.randrange(1, 30))]
        # What has more digits than microseconds is valid, and not proven.
        lines = [text.replace("0000005", "5") for text in lines]
        data = a_csv_file(rng) if rng.random() < 0.3 else csv(*lines)
        packed = rng.random() < 0.1
        files[f"{number}.csv.gz" if packed else f"{number}.csv"] = gz(data) if packed else data
    desk = Desk(tmp_path, files)
    assert len(desk.proven()) > 15
    same(desk, wanted=True)


def test_files_with_other_headers_are_proven_among_their_own_kind(tmp_path: Path) -> None:
    files = clean(4)
    for name, data in clean(4).items():
        files[f"other-{name}"] = data.replace(b",", b";")
    desk = Desk(tmp_path, files)
    assert desk.proven() == [*files]
    same(desk, wanted=True)


def test_policies_of_a_file_hold_for_those_that_are_proven_together(tmp_path: Path) -> None:
    strict = with_policies(largest_file=replace(plan().policies.largest_file, rows=3))
    files = {"few.csv": csv(line("A1")), "many.csv": csv(*map(line, "ABCDE")), "three.csv": csv(*map(line, "ABC"))}
    desk = Desk(tmp_path, files, plan_=strict)
    assert [verdict.verdict for verdict, _ in desk.verdicts(together=True)] == ["valid", "rejected", "valid"]
    same(desk)
    extra = {name: data.replace(b"\n", b",n\xc3\xb6te\n") for name, data in clean(3).items()}
    desk = Desk(tmp_path, extra, plan_=with_policies(unexpected_column="error"))
    assert desk.proven() == [*extra]
    assert {verdict.verdict for verdict, _ in desk.verdicts(together=True)} == {"rejected"}
    same(desk)
