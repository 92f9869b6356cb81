"""Command lines of the jobs.

Glue appends arguments of its own (`--JOB_NAME`, `--extra-py-files`, `--additional-python-modules`, …) to those of the
job, so that unknown ones are ignored; but a known one that is missing or empty ends the job with exit code 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_job_runtime.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.constants import ArgumentName


def parse_arguments(
    argv: Sequence[str],
    *,
    required: Sequence[ArgumentName],
    optional: Mapping[ArgumentName, str] | None = None,
    choices: Mapping[ArgumentName, Sequence[str]] | None = None,
) -> dict[ArgumentName, str]:
    """Read `--name value` and `--name=value` pairs from `argv` (without the program's name).

    `required` are names without dashes; `optional` maps a name to its default; `choices` restricts values. The last
    occurrence of a name wins, as in Glue, where a run's arguments follow the job's defaults. Raises `UsageError`.
    """
    defaults = dict(optional or {})
    known: dict[str, ArgumentName] = {name: name for name in (*required, *defaults)}
    found: dict[ArgumentName, str] = {}
    position = 0
    while position < len(argv):
        token = argv[position]
        position += 1
        if not token.startswith("--"):
            continue
        name, equals, value = token[2:].partition("=")
        if not equals:
            # An argument of Glue's may be a bare switch: the next token is a value only if it is not a name itself.
            following = argv[position] if position < len(argv) else None
            if following is None or following.startswith("--"):
                if name in known:
                    raise UsageError(f"Argument --{name} needs a value.")
                continue
            value = following
            position += 1
        if name in known:
            found[known[name]] = value
    missing = [name for name in required if not found.get(name, "").strip()]
    if missing:
        listed = ", ".join(f"--{name}" for name in missing)
        raise UsageError(f"Missing argument{'s' if len(missing) > 1 else ''}: {listed}.")
    for name, allowed in (choices or {}).items():
        given = found.get(name, defaults.get(name))
        if given is not None and given not in allowed:
            raise UsageError(f"Argument --{name} must be one of {', '.join(allowed)}; it is {given!r}.")
    return {**defaults, **found}
