"""`python -m pos_corpus FOLDER`: the files of the corpus, with a line of expectations for each in `expected.jsonl`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from pos_corpus import FAMILIES


def main(folder: Path) -> None:
    """Write them, a folder a family."""
    expected = []
    for family, cases in FAMILIES.items():
        (folder / family).mkdir(parents=True, exist_ok=True)
        for case in cases:
            (folder / family / case.name).write_bytes(case.content())
            counts = {"total": case.total, "invalid": case.invalid}
            landed = [[*one[:4], *(None if cell is None else str(cell) for cell in one[4:6]), one[6]]
                for one in case.rows()]  # fmt: skip
            expected.append({"file": f"{family}/{case.name}", "verdict": case.verdict, "rows": counts,
                "reasons": [asdict(told) for told in case.told], "landed": landed})  # fmt: skip
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in expected)
    (folder / "expected.jsonl").write_text(text, "utf-8")
    print(f"{len(expected)} files in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
