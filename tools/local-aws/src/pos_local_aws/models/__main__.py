"""Calls by their services' models: `[{"service": "glue", "operation": "StartJobRun", "params": {…}}, …]` on stdin.

Prints a JSON list with a list for each call: what the service would refuse of it, as text.
"""

import json
import sys
from typing import Any

from pos_local_aws.context import service_model
from pos_local_aws.models.constraints import problems


def refusals(call: dict[str, Any]) -> list[str]:
    """What the service would refuse of a call; an operation that it does not have is refused as such."""
    model = service_model(call["service"])
    name: str = call["operation"]
    name = name[:1].upper() + name[1:]
    if name not in model.operation_names:
        return [f"{model.service_name} has no operation {name}"]
    shape = model.operation_model(name).input_shape
    if shape is None:
        return []
    return [f"{one.path}: {one.message}" for one in problems(shape, call["params"])]


if __name__ == "__main__":
    print(json.dumps([refusals(call) for call in json.load(sys.stdin)]))
