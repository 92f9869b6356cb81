"""`nx run workspace:bench-start`: small calls of `pos` as whole processes, in turns.

Prints medians; `--json` prints the same for machines. With `--against` the calls of another checkout, which is set up,
take turns with those of this one. `sql` is measured where the platform runs in its checkout and has loaded sales.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checkout import WORKSPACE
from measure import Run, median, run
from rows import daily_files

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 20
QUESTION = "SELECT date, sum(revenue) FROM sales GROUP BY date ORDER BY date LIMIT 7"


def calls(root: Path, file: Path) -> dict[str, list[str]]:
    """What is measured, by its name."""
    pos = str(root / "pos")
    return {
        "node, nothing": [str(root / "node_modules/.bin/node"), "--eval", "0"],
        "./pos --help": [pos, "--help"],
        "npx pos --help": ["npx", "--prefix", str(root), "pos", "--help"],
        "./pos validate FILE": [pos, "validate", str(file)],
        "./pos sql QUESTION": [pos, "sql", QUESTION],
    }


def possible(root: Path, wanted: dict[str, list[str]]) -> dict[str, list[str]]:
    """Those of the calls that end well. Each is made once, so that what it makes for later calls is there."""
    found = {}
    for name, command in wanted.items():
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode == 0:
            found[name] = command
        else:
            why = " ".join(done.stderr.split())
            print(f"{name} in {root} is left out: {why}", file=sys.stderr)
    return found


def measure(roots: Sequence[Path], file: Path, *, repeat: int) -> dict[Path, dict[str, Run]]:
    """The medians of each call in each checkout."""
    wanted = {root: possible(root, calls(root, file)) for root in roots}
    runs: dict[Path, dict[str, list[Run]]] = {root: {name: [] for name in named} for root, named in wanted.items()}
    for turn in range(repeat):
        print(f"round {turn + 1} of {repeat} …", file=sys.stderr)
        for name in calls(WORKSPACE, file):
            for root in roots:
                if name in wanted[root]:
                    runs[root][name].append(run(wanted[root][name]))
    return {root: {name: median(of) for name, of in named.items()} for root, named in runs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout, set up and with its plan built")
    parser.add_argument("--repeat", type=int, default=11)
    parser.add_argument("--home", type=Path, default=WORKSPACE / ".pos/bench")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    (file,) = daily_files(folder=options.home.resolve() / "start", files=1, rows=ROWS, spread_days=1)
    roots = [WORKSPACE, *([options.against.resolve()] if options.against else [])]
    medians = measure(roots, file, repeat=options.repeat)
    if options.json:
        plain = {str(root): {name: vars(one) for name, one in named.items()} for root, named in medians.items()}
        print(json.dumps(plain))
        return
    for root, named in medians.items():
        print(f"{root}\n{'':22} seconds  processor s")
        for name, one in named.items():
            print(f"{name:22} {one.seconds:7.2f}  {one.processor:11.2f}")


if __name__ == "__main__":
    main()
