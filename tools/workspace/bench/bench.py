"""`nx run workspace:bench`: the jobs as whole processes beside a bare script, in the same run.

Prints medians and ratios; `--json` prints the same for machines.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from checkout import EVENT_TIME, WORKSPACE, Checkout
from measure import Run, median, run
from rows import daily_files

HERE = Checkout(WORKSPACE)
SHELL, SPARK = HERE.python("glue-shell"), HERE.python("glue-spark")
BARE = str(Path(__file__).with_name("bare.py"))


def measure(*, home: Path, files: list[Path], repeat: int) -> dict[str, Run]:
    names = [str(path) for path in files]
    check = [
        SHELL,
        "-m",
        "pos_validation.check",
        "--plan",
        str(HERE.plan),
        "--json",
        "--event-time",
        EVENT_TIME,
    ]
    runs: dict[str, list[Run]] = {}
    for turn in range(repeat):
        print(f"round {turn + 1} of {repeat} …", file=sys.stderr)
        runs.setdefault("bare typed count(*)", []).append(run([SPARK, BARE, "count", *names]))
        runs.setdefault("validate, offline", []).append(run([*check, *names], env=HERE.sources("validation-job")))
        shutil.rmtree(home / "bare", ignore_errors=True)
        runs.setdefault("bare load", []).append(run([SPARK, BARE, "load", str(home / "bare"), *names]))
        runs.setdefault("validation job", []).append(HERE.validate(home / "jobs", files))
        runs.setdefault("transformation job", []).append(HERE.load(home / "jobs"))
    return {name: median(of) for name, of in runs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows a file")
    parser.add_argument("--spread-days", type=int, default=1, help="business days that a file covers")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--home", type=Path, default=WORKSPACE / ".pos/bench")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = options.home.resolve()
    shape = f"{options.files}x{options.rows}x{options.spread_days}"
    files = daily_files(
        folder=home / shape,
        files=options.files,
        rows=options.rows,
        spread_days=options.spread_days,
    )
    medians = measure(home=home, files=files, repeat=options.repeat)
    both = medians["validation job"].seconds + medians["transformation job"].seconds
    peak = max(medians["validation job"].peak_mb, medians["transformation job"].peak_mb)
    ratios = {
        "both jobs / bare load, seconds": both / medians["bare load"].seconds,
        "both jobs / bare load, peak memory": peak / medians["bare load"].peak_mb,
        "validate / bare count(*), seconds": medians["validate, offline"].seconds
        / medians["bare typed count(*)"].seconds,
    }
    if options.json:
        print(json.dumps({"medians": {k: vars(v) for k, v in medians.items()}, "ratios": ratios}))
        return
    for name, one in medians.items():
        print(f"{name:24} {one.seconds:7.2f} s {one.peak_mb:7.0f} MB")
    for name, ratio in ratios.items():
        print(f"{name:36} {ratio:5.2f}")


if __name__ == "__main__":
    main()
