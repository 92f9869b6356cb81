"""The one place through which hooks touch the emulator.

The hooks replace private functions of one pinned version. So a start first proves that each of them is still there
and still takes the parameters the replacement takes; if not, it says which, instead of failing in the middle of a run.
"""

import importlib
import importlib.metadata
import inspect
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from pos_local_aws.errors import HookError

MINISTACK_VERSION = "1.5.33"


@dataclass(frozen=True)
class Internal:
    """A private name of the emulator that a hook reads, calls or replaces; a method as `Class.method`."""

    module: str
    name: str
    parameters: tuple[str, ...] | None = None
    """Its positional parameters where a hook replaces or calls it; None for data."""

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


def internals(module: str, *names: str, **functions: str) -> tuple[Internal, ...]:
    """Internals of one module: plain names, and `function="its parameters"` where the signature matters."""
    return (
        *(Internal(module, name) for name in names),
        *(Internal(module, name, tuple(parameters.split())) for name, parameters in functions.items()),
    )


def check_version() -> None:
    """Raises HookError unless the installed emulator is the pinned one."""
    found = importlib.metadata.version("ministack")
    if found != MINISTACK_VERSION:
        raise HookError(
            f"The local AWS is written for ministack {MINISTACK_VERSION}, but {found} is installed. "
            f"Install ministack=={MINISTACK_VERSION}, or adapt the hooks and their tests to {found}."
        )


def problem(internal: Internal) -> str | None:
    """Why a hook cannot rest on this internal, or None."""
    try:
        module = importlib.import_module(internal.module)
    except ImportError as error:
        return f"{internal.module} cannot be imported ({error})"
    try:
        thing = operator.attrgetter(internal.name)(module)
    except AttributeError:
        return f"{internal} is gone"
    if internal.parameters is None:
        return None
    found = tuple(inspect.signature(thing).parameters)
    if found != internal.parameters:
        return f"{internal} now takes ({', '.join(found)}), not ({', '.join(internal.parameters)})"
    return None


def check(hook: str, needed: Sequence[Internal]) -> None:
    """Raises HookError with one sentence that names every internal which the hook misses."""
    problems = [text for internal in needed if (text := problem(internal))]
    if problems:
        raise HookError(
            f"The hook “{hook}” does not fit ministack {importlib.metadata.version('ministack')}: "
            f"{'; '.join(problems)}."
        )


@dataclass
class Patches:
    """Replaces emulator functions and remembers the originals."""

    originals: dict[tuple[str, str], Any] = field(default_factory=dict)

    def replace(self, module: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
        """Put `make(original)` in the place of the module's function."""
        original = getattr(module, name)
        self.originals.setdefault((module.__name__, name), original)
        setattr(module, name, make(original))
