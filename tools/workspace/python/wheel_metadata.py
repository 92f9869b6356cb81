"""Prints what wheels say of the packages in them, as a JSON list: name, version, licence, and what they need.

python wheel_metadata.py WHEEL…

A wheel of a bundle may hold several packages, and says what they need in a way that pip does not read (standalone.py).
"""

from __future__ import annotations

import email
import email.message
import json
import re
import sys
import zipfile


def packages_in(path: str) -> list[dict[str, object]]:
    """The packages of a wheel."""
    with zipfile.ZipFile(path) as wheel:
        return [
            describe(email.message_from_bytes(wheel.read(name)), path)
            for name in wheel.namelist()
            if re.fullmatch(r"(?:[^/]+\.data/purelib/)?[^/]+\.dist-info/METADATA", name)
        ]


def describe(metadata: email.message.Message, wheel: str) -> dict[str, object]:
    """The fields of METADATA that a bill of materials holds; names are normalized (PEP 503)."""
    all_needs = [*(metadata.get_all("Requires-Dist") or []), *(metadata.get_all("Bundled-Requires-Dist") or [])]
    needs = [one for one in all_needs if "extra ==" not in one]
    return {
        "wheel": wheel,
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
    print(json.dumps([package for path in sys.argv[1:] for package in packages_in(path)]))
