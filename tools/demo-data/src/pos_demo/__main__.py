"""`python -m pos_demo --out DIR`: writes the files and `expected.json` beside them.

DIR then holds `good/` and `broken/`, ready to be sent; `keys.csv`, the id and date of every good line, which tell its
rows from other sales of those days; and `expected.json`: the window of dates, each file with its rows or the reason
codes to be found, and the totals that the tables must show for these lines.
"""

import argparse
import csv
import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pos_demo.broken import BROKEN
from pos_demo.expected import expect
from pos_demo.formats import FORMATS
from pos_demo.source import read_days

FIRST = dt.date(2017, 1, 1)
DAYS = 14
TOP_PRODUCTS = 5
BROKEN_ROWS = 200


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="pos_demo", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args(argv).out
    (out / "good").mkdir(parents=True, exist_ok=True)
    (out / "broken").mkdir(parents=True, exist_ok=True)

    days = read_days(first=FIRST, days=DAYS + 1)
    later = days.pop(FIRST + dt.timedelta(days=DAYS))
    files = []
    for at, (date, lines) in enumerate(days.items()):
        suffix, write = FORMATS[at % len(FORMATS)]
        name = f"sales-{date.isoformat()}{suffix}"
        (out / "good" / name).write_bytes(write(lines))
        files.append({"file": name, "rows": len(lines), "codes": []})
    for broken in BROKEN:
        (out / "broken" / broken.name).write_bytes(broken.make(later[:BROKEN_ROWS]))
        files.append({"file": broken.name, "rows": None, "codes": list(broken.codes)})

    all_lines = [line for lines in days.values() for line in lines]
    document = {
        "first": FIRST.isoformat(),
        "last": max(days).isoformat(),
        "files": files,
        "totals": expect(all_lines, top=TOP_PRODUCTS),
    }
    with (out / "keys.csv").open("w", newline="", encoding="utf-8") as keys:
        writer = csv.writer(keys, lineterminator="\n")
        writer.writerow(("transaction_id", "date"))
        writer.writerows((line.transaction_id, line.date.isoformat()) for line in all_lines)
    # Last, so that its presence says that everything else is there.
    (out / "expected.json").write_text(json.dumps(document, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
