"""Prints what wheels say of themselves, as a JSON list: name, version, licence, and what they need.

python wheel_metadata.py WHEEL…
"""

from __future__ import annotations

import email
import json
import re
import sys
import zipfile


def describe(path: str) -> dict[str, object]:
    """The fields of a wheel's METADATA that a bill of materials holds; names are normalized (PEP 503)."""
    with zipfile.ZipFile(path) as wheel:
        [name] = [one for one in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one)]
        metadata = email.message_from_bytes(wheel.read(name))
    needs = [one for one in metadata.get_all("Requires-Dist") or [] if "extra ==" not in one]
    return {
        "name": normalized(metadata["Name"]),
        "version": metadata["Version"],
        "expression": metadata["License-Expression"],
        "licence": metadata["License"],
        "classifiers": [
            one.rsplit(" :: ", 1)[-1] for one in metadata.get_all("Classifier") or [] if one.startswith("License :: ")
        ],
        "needs": sorted({normalized(re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0]) for one in needs}),
    }


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    print(json.dumps([describe(path) for path in sys.argv[1:]]))
