"""What a state may keep and say: variables, and the words of a failure.

- A variable, and what one `Assign` sets, has 256 KiB; all of an execution's together 10 MiB.
  https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
- A failure's error has 256 characters, its cause 32,768.
  https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html
  AWS does not say what becomes of more. Here it fails the execution, so that nothing rests on it.

Inputs and outputs of states and tasks are held to their limit where they are made; see integrations.py.
"""

import json
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.hooks.integrations import PAYLOAD_BYTES
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.stepfunctions",
    "_ExecutionError",
    _apply_state_assign="state_def raw_input ctx result error_output",
    _fail_state_error="state_def raw_input ctx",
)
_ALL_VARIABLES = 10 * 1024**2
_LONGEST_ERROR = 256
_LONGEST_CAUSE = 32_768


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def install(context: HookContext) -> None:
    """Look at what was assigned, and at how a Fail state ends."""
    from ministack.services import stepfunctions as sfn

    def assigning(original: Any) -> Any:
        def apply_state_assign(
            state_def: Any, raw_input: Any, ctx: Any = None, result: Any = None, error_output: Any = None
        ) -> Any:
            found = original(state_def, raw_input, ctx, result=result, error_output=error_output)
            variables = (ctx or {}).get("variables") or {}
            # A retrier's or catcher's Assign comes here too, each with its own names.
            assigned = {name: variables[name] for name in state_def.get("Assign") or {} if name in variables}
            if assigned and (_size(assigned) > PAYLOAD_BYTES or _size(variables) > _ALL_VARIABLES):
                told = f"The variables {', '.join(sorted(assigned))} exceed the maximum number of bytes service limit."
                raise sfn._ExecutionError("States.DataLimitExceeded", told)
            return found

        return apply_state_assign

    def failing(original: Any) -> Any:
        def fail_state_error(state_def: Any, raw_input: Any, ctx: Any = None) -> Any:
            error, cause = original(state_def, raw_input, ctx)
            if len(error or "") > _LONGEST_ERROR or len(cause or "") > _LONGEST_CAUSE:
                told = f"A failure has {_LONGEST_ERROR} characters of Error and {_LONGEST_CAUSE} of Cause at most"
                raise sfn._ExecutionError("States.Runtime", told)
            return error, cause

        return fail_state_error

    context.patches.replace(sfn, "_apply_state_assign", assigning)
    context.patches.replace(sfn, "_fail_state_error", failing)
