"""The offline check, as the command line interface starts it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from runs import environment
from support import PLAN, csv, json_lines, line, row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

MOMENT = "2025-06-01T00:00:00.123Z"


def check(
    *arguments: object, settings: Mapping[str, str] | None = None, stdin: BinaryIO | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pos_validation.check", "--plan", str(PLAN), *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        stdin=stdin,
        encoding="utf-8",
        errors="surrogateescape",
        env=environment(**(settings or {})),
        check=False,
    )


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
        (("--event-time", "yesterday", good), "'yesterday' is not a time in ISO 8601"),
        (("--plan", tmp_path / "none.json", good), "can't be read: No such file or directory."),
    ):
        done = check(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1


def listed(tmp_path: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "list"
    path.write_text("\n".join(lines), encoding="utf-8")
    with path.open("rb") as stdin:
        return check("--event-time", MOMENT, "--json", "--list", stdin=stdin)


def test_files_of_several_datasets_are_checked_together(tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    stores = tmp_path / "stores.csv"
    stores.write_text("store_id,name,region,time_zone,opened,closed\n1,A,North,Europe/Zurich,2020-01-01,\n")
    done = listed(
        tmp_path,
        json.dumps({"dataset": "sales", "files": [str(good)]}),
        json.dumps({"dataset": "stores", "files": [str(stores), str(good)]}),
        json.dumps({"dataset": "sales", "files": [str(bad)]}),
    )
    found = [(item["file"], item["verdict"], item["rows"]["total"]) for item in json.loads(done.stdout)]
    # Each by its own contract: sales are no list of stores.
    assert found == [
        (str(good), "valid", 1),
        (str(stores), "valid", 1),
        (str(good), "rejected", 0),
        (str(bad), "rejected", 2),
    ]
    assert [text.split("]")[0] for text in done.stderr.splitlines()] == [f"[{n}/4" for n in range(1, 5)]
    assert done.returncode == 1


def test_a_wrong_list_of_files_is_told_in_a_sentence(tmp_path: Path) -> None:
    good, _ = files(tmp_path)
    for text, sentence in (
        (json.dumps({"dataset": "sales", "files": [good.name, 1]}), "Line 1 of the list of files is not a valid"),
        (json.dumps({"dataset": "tills", "files": [str(good)]}), "has no dataset 'tills'"),
    ):
        done = listed(tmp_path, text)
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


def test_a_name_that_is_no_text_costs_nobody_a_verdict(tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    surrogate = tmp_path / "surrogate.jsonl"
    surrogate.write_bytes(json_lines(row("S")).replace(b"{", b'{"n\\ud800": 1, ', 1))
    long = tmp_path / "long.jsonl"
    long.write_bytes(json_lines(row("L", **{"x" * 10_000_000: 1, "a\0b": 1})))
    strange = os.fsdecode(os.fsencode(tmp_path) + b"/strange\xff\x1b[31m\n.csv")
    Path(strange).write_bytes(csv(line("A")))
    order = [bad, surrogate, Path(strange), long, good]
    for settings in ({}, {"PYTHONIOENCODING": "ascii:strict"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}):
        done = check("--event-time", MOMENT, "--json", "--", *order, settings=settings)
        assert done.returncode == 1
        found = json.loads(done.stdout)
        assert [item["file"] for item in found] == [str(path) for path in order]
        assert [item["verdict"] for item in found] == ["rejected", "valid", "valid", "valid", "valid"]
        assert found[1]["reasons"][0]["column"] in ("n\\ud800", "n\ud800")
        progress = done.stderr.splitlines()
        assert [text.split("]")[0] for text in progress] == [f"[{n}/5" for n in range(1, 6)]
        assert "strange\\udcff\\x1b[31m\\n.csv: valid" in progress[2]
        words = check("--event-time", MOMENT, "--", *order, settings=settings)
        assert words.returncode == 1
        assert "\x1b" not in words.stdout
        assert "strange\\udcff\\x1b[31m\\n.csv: valid (1 row, 0 invalid)" in words.stdout


@pytest.mark.parametrize(("reader", "more"), [("head -1", 1598), ("true", 0)])
def test_a_reader_that_stops_early_gets_no_complaint(tmp_path: Path, reader: str, more: int) -> None:
    """In the middle of more words than a pipe usually holds, or before the first one."""
    good, bad = files(tmp_path)
    # One bad file is enough: each takes twenty times as long as a good one.
    many = [good, bad, *[good] * more]
    script = f"'{sys.executable}' -m pos_validation.check --plan '{PLAN}' \"$@\" 2>'{tmp_path}/errors' | {reader}"
    done = subprocess.run(
        ["bash", "-c", script + "; exit ${PIPESTATUS[0]}", "bash", *many],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, f"{good}: valid (1 row, 0 invalid)\n" if more else "")
    assert len((tmp_path / "errors").read_text().splitlines()) == len(many)


def test_without_standard_streams_the_exit_code_tells(tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    for path, code in ((good, 0), (bad, 1)):
        script = f"'{sys.executable}' -m pos_validation.check --plan '{PLAN}' '{path}' <&- >&- 2>&-"
        assert subprocess.run(["bash", "-c", script], env=environment(), check=False).returncode == code


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    good, _ = files(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.csv"))
        for path, what in (
            (tmp_path / "pipe.csv", "is a pipe"),
            (tmp_path / "socket.csv", "is a socket"),
            (Path("/dev/null"), "is a device"),
            (tmp_path / ("n" * 300), "can't be found"),
        ):
            done = check(good, path)
            assert (done.returncode, done.stdout) == (2, "")
            assert what in done.stderr
            assert len(done.stderr.splitlines()) == 1


def test_standard_input_is_that_of_the_command(tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    for path, code in ((good, 0), (bad, 1)):
        with path.open("rb") as given:
            assert check("/dev/stdin", stdin=given).returncode == code


def test_a_file_that_can_t_be_read_has_a_verdict_of_its_own(tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    # Its size can be asked for, but reading it fails, as it does for a file of somebody else or on a damaged disk.
    unreadable = tmp_path / "unreadable.csv"
    unreadable.symlink_to("/proc/self/mem")
    done = check("--json", good, unreadable, bad)
    assert done.returncode == 1
    assert [item["verdict"] for item in json.loads(done.stdout)] == ["valid", "rejected", "rejected"]
    assert "Input/output error" in json.loads(done.stdout)[1]["reasons"][0]["message"]
