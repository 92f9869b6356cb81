"""Work in portions: what one commit does, and what a lost race undoes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


def portions(
    items: Iterable[T], *, weigh: Callable[[T], int], weight: int, count: int | None = None
) -> Iterator[list[T]]:
    """`items` in runs that weigh no more than `weight` in all, where one item is not heavier by itself.

    No run has more than `count` items, if that is given.
    """
    run: list[T] = []
    load = 0
    for item in items:
        more = weigh(item)
        if run and (load + more > weight or len(run) == count):
            yield run
            run, load = [], 0
        run.append(item)
        load += more
    if run:
        yield run
