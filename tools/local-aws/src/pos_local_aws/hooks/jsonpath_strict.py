"""A JSONPath that selects nothing fails the state, as on AWS; the emulator goes on with null."""

import re
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.stepfunctions",
    "_ExecutionError",
    _resolve_params_obj="template data ctx",
    _evaluate_rule="rule data ctx",
    _parse_jsonpath_tokens="path",
)
# Paths inside a payload template's value; not `$$` (the context object), not part of a name or a literal.
_PATHS = re.compile(r"(?<![$\w'])\$(?:\.[A-Za-z_]\w*|\[\d+\])+")


def _selects(path: str, data: Any) -> bool:
    from ministack.services import stepfunctions

    if not path.startswith(("$.", "$[")):
        return True
    found = [data]
    for kind, value in stepfunctions._parse_jsonpath_tokens(path) or []:
        if kind == "wildcard":
            return True
        found = [
            node[value]
            for node in found
            if (kind == "field" and isinstance(node, dict) and value in node)
            or (kind == "index" and isinstance(node, list) and value < len(node))
        ]
    return bool(found)


def install(context: HookContext) -> None:
    """Check the paths of payload templates and of Choice rules."""
    from ministack.services import stepfunctions

    failure = stepfunctions._ExecutionError

    def resolving(original: Any) -> Any:
        def resolve_params_obj(template: Any, data: Any, ctx: Any = None) -> Any:
            fields = template.items() if isinstance(template, dict) else ()
            for name, value in fields:
                for path in _PATHS.findall(value) if name.endswith(".$") and isinstance(value, str) else ():
                    if not _selects(path, data):
                        raise failure(
                            "States.ParameterPathFailure",
                            f"The JSONPath '{path}' specified for the field '{name}' could not be found in the input",
                        )
            return original(template, data, ctx)

        return resolve_params_obj

    def evaluating(original: Any) -> Any:
        def evaluate_rule(rule: dict[str, Any], data: Any, ctx: Any = None) -> Any:
            if "Variable" in rule and "IsPresent" not in rule and not _selects(rule["Variable"], data):
                raise failure(
                    "States.Runtime",
                    f"Invalid path '{rule['Variable']}': "
                    "The choice state's condition path references an invalid value.",
                )
            return original(rule, data, ctx)

        return evaluate_rule

    context.patches.replace(stepfunctions, "_resolve_params_obj", resolving)
    context.patches.replace(stepfunctions, "_evaluate_rule", evaluating)
