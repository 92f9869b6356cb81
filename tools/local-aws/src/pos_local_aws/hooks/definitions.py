"""A state machine that Step Functions would refuse fails the deployment, not the first run.

The emulator checks a definition that comes by the API, but takes any text that comes by CloudFormation.
"""

import json
from collections.abc import Iterator
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.services.cloudformation.provisioners", _sfn_definition="props") + internals(
    "ministack.services.stepfunctions", _validate_definition_jsonata="definition_str"
)


def _machines(machine: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The machine itself and the machines inside its Map and Parallel states, each with its place."""
    yield path or "/", machine
    for name, state in machine.get("States", {}).items():
        inner = [*state.get("Branches", []), state.get("ItemProcessor"), state.get("Iterator")]
        for number, part in enumerate(inner):
            if part:
                yield from _machines(part, f"{path}/{name}[{number}]")


def _targets(state: dict[str, Any]) -> Iterator[str]:
    for place in (state, *state.get("Choices", []), *state.get("Catch", [])):
        yield from (place[field] for field in ("Next", "Default") if field in place)


def problems(definition: str) -> Iterator[str]:
    """What makes the definition invalid; not all that Step Functions would find."""
    try:
        whole = json.loads(definition)
    except ValueError as error:
        yield f"INVALID_JSON_DESCRIPTION: {error}"
        return
    if not isinstance(whole, dict):
        yield "INVALID_JSON_DESCRIPTION: not an object"
        return
    for place, machine in _machines(whole):
        states = machine.get("States") or {}
        if machine.get("StartAt") not in states:
            yield f"MISSING_TRANSITION_TARGET: StartAt {machine.get('StartAt')!r} at {place}"
        for name, state in states.items():
            for target in _targets(state):
                if target not in states:
                    yield f"MISSING_TRANSITION_TARGET: {name} goes to {target!r} at {place}"
            ends = "Next" in state or state.get("End") is True
            if not ends and state.get("Type") not in ("Choice", "Succeed", "Fail"):
                yield f"SCHEMA_VALIDATION_FAILED: {name} has neither Next nor End at {place}"


def install(context: HookContext) -> None:
    """Check what CloudFormation hands over."""
    from ministack.services import stepfunctions
    from ministack.services.cloudformation import provisioners

    def reading(original: Any) -> Any:
        def sfn_definition(props: dict[str, Any]) -> Any:
            definition = original(props)
            found = list(problems(definition))
            jsonata = stepfunctions._validate_definition_jsonata(definition)
            found += [jsonata.replace("\n ", "")] if jsonata else []
            if found:
                raise ValueError(f"Invalid State Machine Definition: {'; '.join(found)}")
            return definition

        return sfn_definition

    context.patches.replace(provisioners, "_sfn_definition", reading)
