"""Lines are the same whichever way they are read."""

from __future__ import annotations

import random

import pytest

from pos_validation.formats.json_lines import NEVER, lines_of
from pos_validation.formats.reader import LINE

PIECES = (
    '{"a":1}',
    '{"a":"b"}',
    "é",
    "\u2028",
    "\ufeff",
    '"',
    '""',
    ",",
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\x00",
    "\x0b",
    "null",
    "#",
)


def lines(text: str) -> list[tuple[int, str]]:
    """What is left of the lines that are not blank: nothing else means anything in JSON lines."""
    found = lines_of(text.encode(), first_line=7)
    stripped = ((number, line.strip(" \t\r")) for number, line in found.select(LINE, "text").iter_rows())
    return [(number, line) for number, line in stripped if line]


def expected(text: str) -> list[tuple[int, str]]:
    stripped = ((number, line.strip(" \t\r")) for number, line in enumerate(text.split("\n"), start=7))
    return [(number, line) for number, line in stripped if line]


@pytest.mark.parametrize("seed", range(40))
def test_any_text_has_the_lines_between_its_line_feeds(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(50):
        text = "".join(chosen.choices(PIECES, k=chosen.randrange(1, 30)))
        assert lines(text) == expected(text), repr(text)


@pytest.mark.parametrize(
    "text", ["", "\n", "\n\n", "\r\n", "a", "a\n", "\na", "a\n\nb", f"a{NEVER.decode()}b\nc", "\ufeffa"]
)
def test_odd_blocks(text: str) -> None:
    assert lines(text) == expected(text)


def test_the_lines_of_a_long_block() -> None:
    text = "".join(f'{{"id":"{number}"}}\n' for number in range(200_000))
    assert lines(text) == expected(text)
