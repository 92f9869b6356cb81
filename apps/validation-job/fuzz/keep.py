"""A failing file as a case of the corpus: its expectation is for a person to write."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pos_corpus.found import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.files import Made


def keep(file: Made, problems: list[str]) -> Path:
    """Write the document; returns its path. The same bytes have the same name."""
    stem, dot, ending = file.name.partition(".")
    name = f"found-{hashlib.sha256(file.data).hexdigest()[:10]}{dot}{ending}" if stem else file.name
    document = {
        "name": name,
        "why": problems[:5],
        "data": file.data.decode("latin-1"),
        "verdict": "unknown: write what is right",
        "total": 0,
        "invalid": 0,
        "reasons": [],
        "landed": [],
    }
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path
