"""How often Python looks for objects that hold each other, and nobody else them.

Nearly all that a job lets go is freed at once, by its count of references. What it imports stays, and makes Python look
through all of it again and again, and once more at the end: a fifth of what a run of one small file takes.
"""

from __future__ import annotations

import gc

# New objects, less those that are gone, until the young ones are looked through; Python's own is 700.
YOUNG_OBJECTS = 20_000


def collect_seldom() -> None:
    """Call it before anything of the job is imported. Older objects are looked through as often as ever after that."""
    gc.set_threshold(YOUNG_OBJECTS)


def spare_the_last() -> None:
    """Have nothing looked through when the process ends, which frees all memory anyway. Exit handlers still run."""
    gc.freeze()
