"""JSONata in the states where the emulator still speaks JSONPath: Succeed, Parallel and the distributed Map."""

import contextvars
import copy
import threading
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.stepfunctions",
    "_ExecutionError",
    _apply_output_path="state_def data ctx",
    _run_parallel_branches="state_def raw_input execution ctx",
    _run_distributed_map="state_def raw_input effective iterator execution ctx",
    _run_map_items="state_def raw_input execution ctx",
    _run_sub_machine="states start_at input_data execution ctx",
    _apply_jsonata_arguments="state_def raw_input ctx",
    _apply_jsonata_output="state_def raw_input ctx result error_output default",
    _apply_state_assign="state_def raw_input ctx result error_output",
    _state_query_language="state_def ctx",
    _next_or_end="state_def",
)

_DISTRIBUTED_ONLY = ("ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount", "ToleratedFailurePercentage")


def _parallel(state: dict[str, Any], raw_input: Any, execution: Any, ctx: dict[str, Any]) -> Any:
    from ministack.services import stepfunctions as sfn

    arguments = sfn._apply_jsonata_arguments(state, raw_input, ctx)
    branches = state.get("Branches", [])
    results: list[Any] = [None] * len(branches)
    errors: list[BaseException] = []

    def run(index: int, branch: dict[str, Any], own: dict[str, Any]) -> None:
        try:
            results[index] = sfn._run_sub_machine(branch["States"], branch["StartAt"], arguments, execution, own)
        except Exception as error:  # carried to the state's own thread below
            errors.append(error)

    threads = [
        threading.Thread(
            target=contextvars.copy_context().run,
            # A branch sees the outer variables and cannot change them: each gets its own copy.
            args=(run, index, branch, copy.deepcopy(ctx)),
            daemon=True,
        )
        for index, branch in enumerate(branches)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        first = errors[0]
        raise (
            first if isinstance(first, sfn._ExecutionError) else sfn._ExecutionError("States.BranchFailed", str(first))
        )
    output = sfn._apply_jsonata_output(state, raw_input, ctx, result=results, default=results)
    sfn._apply_state_assign(state, raw_input, ctx, result=results)
    return output, sfn._next_or_end(state)


def _distributed(state: dict[str, Any], raw_input: Any, iterator: Any, execution: Any, ctx: Any) -> Any:
    """As an inline Map: the same result, without child executions. Refuses what only the distributed one has."""
    from ministack.services import stepfunctions as sfn

    for field in _DISTRIBUTED_ONLY:
        if field in state:
            raise sfn._ExecutionError("States.Runtime", f"The local AWS knows no {field} in a JSONata Map")
    inline = {**state, "ItemProcessor": {**iterator, "ProcessorConfig": {"Mode": "INLINE"}}}
    return sfn._run_map_items(inline, raw_input, execution, ctx)


def install(context: HookContext) -> None:
    """Output of Succeed; Arguments, Output and Assign of Parallel."""
    from ministack.services import stepfunctions as sfn

    def output_path(original: Any) -> Any:
        def apply_output_path(state_def: dict[str, Any], data: Any, ctx: Any = None) -> Any:
            if state_def.get("Type") == "Succeed" and sfn._state_query_language(state_def, ctx) == "JSONata":
                return sfn._apply_jsonata_output(state_def, data, ctx, default=data)
            return original(state_def, data, ctx)

        return apply_output_path

    def distributed(original: Any) -> Any:
        def run_distributed_map(
            state_def: Any, raw_input: Any, effective: Any, iterator: Any, execution: Any, ctx: Any
        ) -> Any:
            if sfn._state_query_language(state_def, ctx) != "JSONata":
                return original(state_def, raw_input, effective, iterator, execution, ctx)
            return _distributed(state_def, raw_input, iterator, execution, ctx)

        return run_distributed_map

    def parallel(original: Any) -> Any:
        def run_parallel_branches(state_def: dict[str, Any], raw_input: Any, execution: Any, ctx: Any) -> Any:
            is_jsonata = sfn._state_query_language(state_def, ctx) == "JSONata"
            return (_parallel if is_jsonata else original)(state_def, raw_input, execution, ctx)

        return run_parallel_branches

    context.patches.replace(sfn, "_apply_output_path", output_path)
    context.patches.replace(sfn, "_run_parallel_branches", parallel)
    context.patches.replace(sfn, "_run_distributed_map", distributed)
