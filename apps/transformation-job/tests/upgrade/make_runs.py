"""Makes the runs that an earlier release left in flight: `make_runs.py FOLDER`, in a checkout of that release.

Run once, at commit 7ab3b59, after `npm run setup && npx nx run plan:build`, with the checkout as the working directory:

    .venv/glue-spark/bin/python make_runs.py FOLDER

What it left is in `runs/` beside this file: the buckets, which the documents call `file:///earlier/<bucket>`, and in
`executions.json` what the trigger started each run's execution with. By the files' folder:

- `announced`: the trigger wrote the manifest; nothing was validated yet.
- `half`: of two shards the first is validated.
- `cut`: the validation was cut off after it had moved the rejected file and before it had a summary.
- `validated`: the validation has ended, and nothing was loaded yet.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HEADER = "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp"
TIME = 1748650000
EARLIER = "file:///earlier"
# By the code of the release: its trigger, over the worlds of its tests, in which a shard has at most 100 bytes.
TRIGGER = """
import { Effect } from "effect"
import { onBatch } from "./src/batch.ts"
import { created, makeWorld, message } from "./test/world.ts"
const runs = {}
for (const [name, files] of Object.entries(JSON.parse(process.argv[1]))) {
  const { layer, world } = makeWorld()
  const records = Object.entries(files).map(([key, size]) => {
    const record = created(key, { at: "2025-06-01T00:00:00.000Z" })
    record.s3.bucket.name = "file:///earlier/source"
    record.s3.object.size = size
    return record
  })
  await Effect.runPromise(onBatch({ Records: [message(...records)] }).pipe(Effect.provide(layer)))
  const [[runId, input]] = [...world.executions]
  runs[name] = { runId, input, manifest: JSON.parse([...world.objects.values()][0]) }
}
console.log(JSON.stringify(runs))
"""


def files_of(run: str, *, small: bool) -> dict[str, str]:
    """The files of a run, by key: two good ones, and a bad one unless it is `small`."""
    rows = [f"{run}-{number},{number % 3 + 1},2,3,4.5,,{TIME + number}" for number in range(6)]
    files = {"a.csv": [HEADER, *rows[:3]], "b.csv": [HEADER, *rows[3:]]}
    if not small:
        files["bad.csv"] = [HEADER, f"{run}-bad,x,2,3,4.5,,{TIME}"]
    return {f"incoming/{run}/{name}": "\n".join(lines) + "\n" for name, lines in files.items()}


def main(folder: Path) -> None:
    """Announce the runs, and let the validation job come as far with each as its name says."""
    root = Path.cwd()
    runs = {name: files_of(name, small=name == "half") for name in ("announced", "half", "cut", "validated")}
    for files in runs.values():
        for key, text in files.items():
            path = folder / "source" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    # The trigger splits by size, so that only the files of `half` are announced with theirs.
    sizes = {
        name: {key: len(text) if name == "half" else len(text) // 10 for key, text in files.items()}
        for name, files in runs.items()
    }
    announced = json.loads(
        subprocess.run(
            [
                root / "node_modules/.bin/node",
                "--conditions=@pos/source",
                "--input-type=module",
                "-e",
                TRIGGER,
                json.dumps(sizes),
            ],
            cwd=root / "apps" / "trigger",
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]
    )
    for name, run in announced.items():
        for file in run["manifest"]["files"]:
            file["size"] = len(runs[name][file["key"]])
        place = folder / "results/runs" / run["runId"] / "manifest.json"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(run["manifest"]).replace(EARLIER, folder.as_uri()))
        if name == "half":
            validate(root, folder, run["runId"], shard=0, shards=2)
        elif name != "announced":
            validate(root, folder, run["runId"])
        if name == "cut":
            (place.parent / "validation/summary.json").unlink()
            (place.parent / "validation/files.jsonl").unlink()
    executions = {name: run["input"] for name, run in announced.items()}
    (folder / "executions.json").write_text(json.dumps(executions, indent=1) + "\n")
    for path in folder.rglob("*.json*"):
        path.write_text(path.read_text().replace(folder.as_uri(), EARLIER))


def validate(root: Path, folder: Path, run: str, **part: int) -> None:
    """One process of the validation job, with the arguments of that release's state machine."""
    given = {
        "run_id": run,
        "manifest": (folder / "results/runs" / run / "manifest.json").as_uri(),
        "results": (folder / "results").as_uri(),
        "rejected": (folder / "rejected").as_uri(),
        "plan": (root / "apps/plan/dist/plan.json").as_uri(),
        **part,
    }
    code = (root / "apps/validation-job/src", root / "libs/platform/job-runtime/src")
    subprocess.run(
        [
            root / ".venv/glue-shell/bin/python",
            root / "apps/validation-job/main.py",
            *(word for name, value in given.items() for word in (f"--{name}", str(value))),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, code))},
        stdout=subprocess.DEVNULL,
        check=True,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
