"""The offline check, as the command line interface starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from runs import environment
from support import PLAN, csv, line

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = "2025-06-01T00:00:00.123Z"


def check(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pos_validation.check", "--plan", str(PLAN), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)


def files(folder: Path) -> tuple[Path, Path]:
    good, bad = folder / "good, with comma.csv", folder / "bad.csv"
    good.write_bytes(csv(line("A")))
    bad.write_bytes(csv(line("A"), line("B", quantity="1.5")))
    return good, bad


def test_json_has_the_documented_shape_and_the_exit_code_the_verdict(tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    done = check("--event-time", MOMENT, "--json", "--", good, bad)
    assert done.returncode == 1
    assert json.loads(done.stdout) == [
        {"file": str(good), "verdict": "valid", "rows": {"total": 1, "valid": 1, "invalid": 0}, "reasons": []},
        {
            "file": str(bad),
            "verdict": "rejected",
            "rows": {"total": 2, "valid": 1, "invalid": 1},
            "reasons": [
                {
                    "code": "not_an_integer",
                    "rule": "quantity.not_an_integer",
                    "severity": "error",
                    "column": "quantity",
                    "count": 1,
                    "message": "quantity is 1.5, which isn't a whole number.",
                    "samples": [{"line": 3, "column": "quantity", "value": "1.5"}],
                }
            ],
        },
    ]
    assert done.stderr.splitlines()[1].startswith(f"[2/2] {bad}: rejected, 2 rows")


def test_all_valid_ends_with_zero_and_words_are_the_default(tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    done = check(good)
    assert (done.returncode, done.stdout) == (0, f"{good}: valid (1 row, 0 invalid)\n")
    assert "error: quantity is 1.5, which isn't a whole number. (1 ×) [line 3]" in check(bad).stdout


def test_what_cannot_run_ends_with_two_and_one_sentence(tmp_path: Path) -> None:
    good, _ = files(tmp_path)
    for arguments, sentence in (
        ((good, tmp_path / "none.csv"), "none.csv does not exist."),
        ((tmp_path,), "is a folder."),
        (("--event-time", "yesterday", good), "'yesterday' is not a moment in ISO 8601"),
        (("--plan", tmp_path / "none.json", good), "can't be read: No such file or directory."),
    ):
        done = check(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_timestamps_are_judged_as_of_the_event_time(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(csv(line("A", timestamp=1748908801)))
    assert check("--event-time", MOMENT, path).returncode == 1
    assert check("--event-time", "2025-06-01T00:00:01Z", path).returncode == 0


def test_a_clean_csv_needs_neither_boto3_nor_duckdb(tmp_path: Path) -> None:
    good, _ = files(tmp_path)
    script = (
        "import sys; from pos_validation.check import main; code = main(sys.argv[1:]);"
        "assert not {'boto3', 'duckdb'} & set(sys.modules), 'imported'; sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "--plan", str(PLAN), str(good)]
    assert subprocess.run(command, env=environment(), stdout=subprocess.DEVNULL, check=False).returncode == 0
