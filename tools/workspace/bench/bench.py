"""`nx run workspace:bench`: both jobs beside the best script that we can write, and beside what others write.

All take turns, each run a whole process. Before anything is measured, the tables of all of them are compared: whoever
is fast and wrong ends the benchmark. `--write` puts the figures into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checkout import WORKSPACE, Checkout
from measure import Run, median, run
from page import machine, put
from shapes import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HERE = Checkout(WORKSPACE)
TUNED = str(Path(__file__).with_name("tuned.py"))
PEERS = str(Path(__file__).with_name("peers.py"))
JUDGED_BY = str(Path(__file__).with_name("judged.py"))
PAGE = WORKSPACE / "docs/performance.md"
LOADED = ("a date a file", "late rows")
JUDGED = ("clean CSV", "gzip", "Parquet", "JSON lines", "2,000 files", "one big file", "1 % bad rows", "every row bad")
JOBS, BASELINE, SCAN = "both jobs", "tuned script", "typed scan"

Figures = dict[str, dict[str, Run]]


def loads(home: Path, files: Sequence[Path], peers: Sequence[str]) -> dict[str, Callable[[], dict[str, Run]]]:
    """What makes tables of the files, by name. Each returns its runs, the sum under its name."""
    names = [str(path) for path in files]

    def jobs() -> dict[str, Run]:
        place = folder(home, JOBS)
        validation, load = HERE.validate(place, files), HERE.load(place)
        return {"validation job": validation, "transformation job": load, JOBS: total(validation, load)}

    def script(name: str, python: str, words: Sequence[str]) -> dict[str, Run]:
        place = folder(home, name)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return {name: run([python, *words, str(place), *names])}

    def peer(way: str) -> Callable[[], dict[str, Run]]:
        return lambda: script(way, HERE.python("bench-peers"), (PEERS, way))

    return {
        JOBS: jobs,
        BASELINE: lambda: script(BASELINE, HERE.python("glue-spark"), (TUNED, "load")),
        **{way: peer(way) for way in peers},
    }


def folder(home: Path, name: str) -> Path:
    """Where that one makes its tables: delta-rs escapes blanks in paths, and other libraries don't."""
    return home / name.replace(" ", "-")


def total(one: Run, other: Run) -> Run:
    """Two runs after each other."""
    return Run(one.seconds + other.seconds, one.processor + other.processor, max(one.peak_mb, other.peak_mb))


def measured(ways: Mapping[str, Callable[[], dict[str, Run]]], *, repeat: int) -> dict[str, Run]:
    """Medians, of turns in which all take part."""
    found: dict[str, list[Run]] = {}
    for turn in range(repeat):
        print(f"  round {turn + 1} of {repeat}", file=sys.stderr)
        for way in ways.values():
            for name, one in way().items():
                found.setdefault(name, []).append(one)
    return {name: median(runs) for name, runs in found.items()}


def judged(shapes: Mapping[str, Sequence[Path]], *, repeat: int) -> dict[str, Run]:
    """Verdicts alone, of each shape; and the typed scan of the first one, which is CSV."""

    def verdicts(name: str, files: Sequence[Path]) -> Callable[[], dict[str, Run]]:
        return lambda: {name: HERE.check(files)}

    first = [str(path) for path in next(iter(shapes.values()))]
    scan = [HERE.python("glue-spark"), TUNED, "count", *first]
    ways = {name: verdicts(name, files) for name, files in shapes.items()}
    return measured({SCAN: lambda: {SCAN: run(scan)}, **ways}, repeat=repeat)


def rows(figures: Mapping[str, Run], base: str) -> list[str]:
    """Lines of a table in Markdown."""
    one = figures[base].processor
    return [
        f"| {name} | {of.processor:.2f} | {of.processor / one:.2f} × | {of.seconds:.2f} | {of.peak_mb:,.0f} |"
        for name, of in figures.items()
    ]


def report(loaded: Figures, verdicts: Mapping[str, Run], *, here: str, repeat: int, command: str) -> str:
    """What the page shows, in Markdown. `here` tells of the machine."""
    lines = [f"{here} `{command}`: medians of {repeat} turns.", ""]
    head = ["processor s | | seconds | peak MB |", "| --- | ---: | ---: | ---: | ---: |"]
    for shape, figures in loaded.items():
        lines += [f"| {shape} | {head[0]}", head[1], *rows(figures, BASELINE), ""]
    if verdicts:
        lines += [f"| verdicts only | {head[0]}", head[1], *rows(verdicts, next(iter(JUDGED))), ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rows", type=int, help="rows a file at most")
    parser.add_argument("--files", type=int, help="files at most")
    parser.add_argument("--loads", nargs="*", choices=LOADED, default=LOADED, metavar="SHAPE")
    parser.add_argument("--verdicts", nargs="*", choices=JUDGED[1:], default=JUDGED[1:], metavar="SHAPE")
    parser.add_argument("--peers", nargs="*", default=["polars", "pandas", "dlt"], help="none without a name")
    parser.add_argument("--home", type=Path, default=WORKSPACE / ".pos/bench")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = options.home.resolve()
    if options.peers:
        setup = [str(WORKSPACE / "tools/workspace/setup/main.mjs"), "setup", "bench-peers"]
        subprocess.run(["node", *setup], check=True, stdout=sys.stderr)

    def made(shape: str) -> list[Path]:
        return written(shape, home / "shapes", most_rows=options.rows, most_files=options.files)

    here = machine()
    loaded: Figures = {}
    for shape in options.loads:
        print(f"{shape} …", file=sys.stderr)
        files = made(shape)
        ways = loads(home / "loads", files, options.peers)
        for way in ways.values():
            way()
        places = [f"{name}={folder(home / 'loads', name)}" for name in ways]
        subprocess.run([HERE.python("glue-spark"), JUDGED_BY, *places], check=True)
        loaded[f"{shape}, {len(files)} files"] = measured(ways, repeat=options.repeat)
    print("verdicts …", file=sys.stderr)
    shapes = {name: made(name) for name in (JUDGED[0], *options.verdicts)} if options.verdicts else {}
    verdicts = judged(shapes, repeat=options.repeat) if shapes else {}
    words = shlex.join(word for word in sys.argv[1:] if word not in {"--write", "--json"})
    told = report(
        loaded, verdicts, here=here, repeat=options.repeat, command=f"npx nx run workspace:bench {words}".strip()
    )
    if options.write:
        put(PAGE, told)
    if options.json:
        print(json.dumps({"loads": _plain(loaded), "verdicts": {name: vars(one) for name, one in verdicts.items()}}))
    else:
        print(told)


def _plain(figures: Figures) -> dict[str, dict[str, dict[str, float]]]:
    return {shape: {name: vars(one) for name, one in of.items()} for shape, of in figures.items()}


if __name__ == "__main__":
    main()
