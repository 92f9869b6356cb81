"""`nx run workspace:bench-profile`: where a row's processor time goes, step by step, in both jobs.

Each job runs in a process of its own, in which the functions of its steps keep count. A step's time is its own: without
that of other steps that it calls. `--against` another checkout tells what it was there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import defaultdict
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkout import RUN_ID, WORKSPACE, Checkout

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS = 3
# Nanoseconds a row: shorter steps are in no line of their own, only in the sum.
LEAST_SHOWN = 2.5
VALIDATION = {
    "pos_validation.formats.csv_typed:TypedReader.is_plain": "looking for quotes and line ends",
    "pos_validation.formats.csv_typed:TypedReader.read_file": "reading with types",
    "pos_validation.formats.csv_typed:TypedReader.read_block": "reading with types",
    "pos_validation.evaluation.proof:Proof.examine": "proving that rows are clean",
    "pos_validation.evaluation.proof:_ascending": "proving that keys are unique",
    "pos_validation.evaluation.proof:Proof.hashes": "proving that keys are unique",
    "pos_validation.evaluation.warning_rules:WarningRule.first_rows": "samples of warnings",
    "pos_validation.evaluation.warning_rules:WarningRule.shown": "samples of warnings",
    "pos_validation.evaluation.proof:Proof.select": "amounts and instants",
    "pos_validation.evaluation.parts:DatedParts.divided": "dividing by date",
    "pos_validation.evaluation.parts:DatedParts.write": "writing parts",
    "pos_validation.evaluation.validated:write_rows": "writing other rows",
}
STORE = "pos_transformation.store.duckdb_delta_rs"
LOAD = {
    "pos_transformation.load.runner:Runner._run": lambda _, step, *__: f"step {step.name}",
    f"{STORE}.pending:PendingCommit.finish": lambda commit, **_: f"computing and writing {commit.snapshot.spec.name}",
    f"{STORE}.pending:adopted": "taking parts over",
    f"{STORE}.tables:LakeTable.snapshot": "opening tables",
}


def counted(steps: dict[str, Any]) -> dict[str, float]:
    """Let the functions keep count from now on. Returns seconds by label, which grow. Those that are not there are
    left out: another checkout may have other steps."""
    told: dict[str, float] = defaultdict(float)
    inner: list[float] = []
    for place, label in steps.items():
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        try:
            owner = reduce(getattr, owners, import_module(module))
            real = getattr(owner, name)
        except (ImportError, AttributeError):
            continue
        setattr(owner, name, _counting(real, label, told, inner))
    return told


def _counting(real: Any, label: Any, told: dict[str, float], inner: list[float]) -> Callable[..., Any]:
    def step(*arguments: Any, **options: Any) -> Any:
        began = time.process_time()
        inner.append(0.0)
        try:
            return real(*arguments, **options)
        finally:
            took = time.process_time() - began
            of_others = inner.pop()
            if inner:
                inner[-1] += took
            told[label if isinstance(label, str) else label(*arguments, **options)] += took - of_others

    return step


def theirs(place: str) -> Any:
    """What the checkout under measurement has at `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def validate(home: Path, plan: str) -> dict[str, float]:
    """Seconds by step of validating a run's files one after the other."""
    told = counted(VALIDATION)
    read_run_plan, storage = theirs("pos_job_runtime.plan:read_run_plan"), theirs("pos_job_runtime.storage:Storage")
    validator_of = theirs("pos_validation.evaluation.file_validator:FileValidator")
    rows_of = theirs("pos_validation.evaluation.validated:StagedRows")
    where = home / "results/runs" / RUN_ID / "manifest.json"
    manifest = theirs("pos_validation.run.manifest:parse_manifest")(
        where.read_bytes(), run_id=RUN_ID, origin=str(where)
    )
    of_run = read_run_plan(storage(), run="", own=plan, dataset=manifest.dataset, log=None)
    folder = home / "alone"
    folder.mkdir(exist_ok=True)
    validator = validator_of(
        of_run,
        event_time=manifest.event_seconds,
        folder=folder,
        unforeseen=lambda name, error: sys.exit(f"{name}: {error!r}"),
    )
    for path in sorted((home / "bucket").iterdir()):
        rows = rows_of(of_run, folder, name="rows")
        validator.validate(name=path.name, path=path, rows=rows, validated=folder / "validated.parquet")
    return told


def load(home: Path, plan: str) -> dict[str, float]:
    """Seconds by step of loading what the validation job left in `home`."""
    told = counted(LOAD)
    places = {"results": (home / "results").as_uri(), "lake": (home / "lake").as_uri(), "plan": plan}
    words = [word for name, place in places.items() for word in (f"--{name}", place)]
    if theirs("pos_transformation.run.job:main")(["--run_id", RUN_ID, *words, "--engine", "embedded"]) != 0:
        sys.exit("The load failed.")
    return told


JOBS = {
    "validation job": (validate, "validation-job", "glue-shell"),
    "transformation job": (load, "transformation-job", "glue-spark"),
}


def profiled(checkout: Checkout, job: str, home: Path) -> dict[str, float]:
    """Processor seconds by step of one job of a checkout."""
    _, folder, environment = JOBS[job]
    command = [checkout.python(environment), str(Path(__file__)), "--inside", job, str(home), checkout.plan.as_uri()]
    environ = {**checkout.sources(folder), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{job}: {done.stderr[-2000:]}")
    steps: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout, set up and with its plan built")
    parser.add_argument("--shape", default="late rows")
    parser.add_argument("--rows", type=int, help="rows a file at most")
    parser.add_argument("--files", type=int, help="files at most")
    parser.add_argument("--home", type=Path, default=WORKSPACE / ".pos/bench")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    from shapes import written

    home = options.home.resolve()
    files = written(options.shape, home / "shapes", most_rows=options.rows, most_files=options.files)
    checkouts = [Checkout(WORKSPACE), *([Checkout(options.against.resolve())] if options.against else [])]
    found: dict[str, list[dict[str, list[float]]]] = {job: [defaultdict(list) for _ in checkouts] for job in JOBS}
    rows = 0
    for turn in range(TURNS):
        for number, checkout in enumerate(checkouts):
            place = home / "profile" / str(number)
            checkout.validate(place, files)
            rows = sum(json.loads(line)["rows"]["valid"] for line in _lines(place))
            for job, steps in found.items():
                for step, seconds in profiled(checkout, job, place).items():
                    steps[number][step] += [0.0] * (turn - len(steps[number][step])) + [seconds]
    told = {
        job: [{step: 1e9 * sorted(some)[len(some) // 2] / rows for step, some in of.items()} for of in steps]
        for job, steps in found.items()
    }
    print(json.dumps(told) if options.json else "\n".join(table(job, of) for job, of in told.items()))


def _lines(home: Path) -> list[str]:
    return (home / "results/runs" / RUN_ID / "validation/files.jsonl").read_text().splitlines()


def table(job: str, of: list[dict[str, float]]) -> str:
    """Nanoseconds a row, in Markdown: of this checkout and, beside it, of the other one."""
    here, *others = of
    steps = sorted({step for some in of for step in some}, key=lambda step: -here.get(step, 0.0))
    shown = [step for step in steps if any(some.get(step, 0.0) >= LEAST_SHOWN for some in of)]
    lines = [
        f"| {job}, ns a row |{''.join([' now |', *(' before |' for _ in others)])}",
        f"| --- |{' ---: |' * len(of)}",
    ]
    lines += [f"| {step} | {' | '.join(f'{some.get(step, 0.0):.0f}' for some in of)} |" for step in shown]
    return "\n".join([*lines, f"| **all** | {' | '.join(f'**{sum(some.values()):.0f}**' for some in of)} |", ""])


def inside(job: str, home: str, plan: str) -> None:
    """Run a job in this process and print the seconds of its steps."""
    began = time.process_time()
    steps = dict(JOBS[job][0](Path(home), plan))
    steps["starting, and all else"] = time.process_time() - began - sum(steps.values())
    print(json.dumps(steps))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
    else:
        main()
