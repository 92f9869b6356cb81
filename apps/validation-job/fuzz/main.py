"""The fuzzer's command: files, answers, oracles; what fails is made small and kept as a case."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz import oracles, processes
from fuzz.files import made
from fuzz.growth import GROWING, growth
from fuzz.keep import keep
from fuzz.shrink import smaller

if TYPE_CHECKING:
    from fuzz.files import Made

# A small file that is not validated within this time holds all others up.
SECONDS_A_FILE = 20
TOGETHER = 12
PROGRESS_SECONDS = 10
# One look in so many at how the time grows with a file, and at several files together.
GROWTH_EVERY = 60
TOGETHER_EVERY = 150


class Fuzzer:
    """One run: a seed, a worker, the contract's reader."""

    def __init__(self, *, seed: int, interpreter: str, folder: Path) -> None:
        self._seed = seed
        self._interpreter = interpreter
        self._folder = folder
        self._worker = processes.validator_in(interpreter)
        self._reference = processes.reference()
        self._recent: list[tuple[Made, dict[str, object]]] = []
        self.verdicts: Counter[str] = Counter()
        self.failures: list[str] = []

    def step(self, number: int) -> None:
        """File `number` of this seed."""
        dice = random.Random(f"{self._seed}-{number}")
        if number % GROWTH_EVERY == GROWTH_EVERY - 1:
            name = dice.choice(list(GROWING))
            self._fail(f"growth of {name}", None, growth(name, self._seconds))
            return
        file = made(dice)
        problems = self.problems(file, note=True)
        if problems:
            small = smaller(file, lambda one: bool(self.problems(one, note=False)))
            self._fail(f"file {number} ({file.origin})", small, self.problems(small, note=False) or problems)
        if len(self._recent) >= TOGETHER and number % TOGETHER_EVERY == 0:
            self._together(dice)

    def problems(self, file: Made, *, note: bool) -> list[str]:
        """What the oracles say against the answer on a file."""
        path = self._folder / "file"
        path.write_bytes(file.data)
        try:
            answer = self._worker.ask({"name": file.name, "path": str(path), "exact": True}, seconds=SECONDS_A_FILE)
        except processes.GoneError as error:
            return [str(error)]
        if "error" in answer:
            return [answer["error"]]
        fast, exact = answer["fast"], answer["exact"]
        if note:
            self.verdicts[f"{file.origin.split(' of ')[0]}: {fast['verdict']}"] += 1
            self._recent = [*self._recent[-TOGETHER:], (file, fast)]
        found = [*oracles.ill_formed(fast), *oracles.differing(fast, exact)]
        found += oracles.against_the_contract(file, fast, self._reference)
        found += oracles.against_json(file, fast)
        found += oracles.against_arrow(file, fast)
        said = self._worker.errors()
        return [*found, f"on standard error: {said[:300]!r}"] if said else found

    def end(self) -> None:
        self._worker.end()
        self._reference.end()

    def _together(self, dice: random.Random) -> None:
        """Several files in one call have the verdicts that each has alone, in any order."""
        some = dice.sample(self._recent, len(self._recent))
        paths = []
        for index, (file, _) in enumerate(some):
            path = self._folder / f"{index}" / file.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file.data)
            paths.append(path)
        try:
            documents, said = processes.checked(self._interpreter, paths)
        except processes.GoneError as error:
            self._fail("several files together", None, [str(error)])
            return
        for (file, alone), document in zip(some, documents):
            if document["verdict"] != alone["verdict"] or len(document["reasons"]) != len(alone["reasons"]):  # type: ignore[arg-type]
                self._fail("several files together", file, [f"{document['verdict']}, alone {alone['verdict']}"])
        if said:
            self._fail("several files together", None, [f"on standard error: {said[:300]!r}"])

    def _seconds(self, file: Made) -> float:
        path = self._folder / "large"
        path.write_bytes(file.data)
        request = {"name": file.name, "path": str(path), "exact": False}
        answer = self._worker.ask(request, seconds=6 * SECONDS_A_FILE)
        if "error" in answer:
            raise processes.GoneError(answer["error"])
        return float(answer["seconds"])

    def _fail(self, what: str, file: Made | None, problems: list[str]) -> None:
        if not problems:
            return
        where = "" if file is None else f"; kept as {keep(file, problems)}"
        self.failures.append(what)
        print(f"FAILED, seed {self._seed}, {what}{where}", *problems, sep="\n    ", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz the validation job. Exit code 1: something failed.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--first", type=int, default=1, help="the number of the first file, to repeat one")
    parser.add_argument("--most", type=int, default=5, help="end after so many failures")
    parser.add_argument("--interpreter", default=str(processes.ROOT / ".venv" / "glue-shell" / "bin" / "python"))
    parser.add_argument("--junit", type=Path)
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.seconds:.0f} s", flush=True)
    begun = told = time.monotonic()
    number = given.first
    with tempfile.TemporaryDirectory(prefix="pos-fuzz-") as folder:
        fuzzer = Fuzzer(seed=given.seed, interpreter=given.interpreter, folder=Path(folder))
        while time.monotonic() - begun < given.seconds and len(fuzzer.failures) < given.most:
            fuzzer.step(number)
            number += 1
            if time.monotonic() - told > PROGRESS_SECONDS:
                told = time.monotonic()
                print(f"{told - begun:.0f} s: {number - given.first} files", flush=True)
        fuzzer.end()
    files = number - given.first
    print(f"seed {given.seed}: {files} files, {len(fuzzer.failures)} failed; {dict(sorted(fuzzer.verdicts.items()))}")
    if given.junit is not None:
        report(given.junit, files=files, failures=fuzzer.failures, seconds=time.monotonic() - begun)
    return 1 if fuzzer.failures or not fuzzer.verdicts else 0


def report(path: Path, *, files: int, failures: list[str], seconds: float) -> None:
    """One test in JUnit's form: the files are no tests of their own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    failed = f'<failure message="{len(failures)} of {files} files failed"/>' if failures else ""
    path.write_text(
        f'<testsuites><testsuite name="fuzz" tests="1" failures="{int(bool(failures))}" errors="0" skipped="0">'
        f'<testcase name="{files} files" time="{seconds:.1f}">{failed}</testcase></testsuite></testsuites>\n'
    )


if __name__ == "__main__":
    sys.exit(main())
