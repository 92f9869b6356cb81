"""The page that the benchmark writes its figures into, and what it says of the machine."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->\n"
LIBRARIES = ("duckdb", "polars", "deltalake")


def machine() -> str:
    """Processor, cores, system and libraries, and how busy the machine is now, in a sentence."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{_processor()}, {cores} cores, {platform.system()}, {os.getloadavg()[0]:.0f} processes running before; "
        f"Python {platform.python_version()}, {libraries}."
    )


def put(page: Path, text: str) -> None:
    """Put `text` between the page's marks."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(
            f"{page} lacks the lines {BEGIN.strip()} and {END.strip()}: put them where the figures belong."
        )
    page.write_text(f"{before}{BEGIN}\n{text.rstrip()}\n\n{END}{after}")


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", told.read_text()) if told.exists() else None
    return found[1] if found else platform.machine()
