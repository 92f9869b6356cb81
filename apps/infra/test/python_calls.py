"""The calls of boto3's clients in Python sources: `service operation`, a line each.

Found in the syntax tree: a name or attribute that is assigned `boto3.client("…")`, or what a function gives that
returns such a name, and every method that is called on one of that name in the files given. A method that the service's
model does not have is none of its operations.
"""

import ast
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import botocore.session
from botocore import xform_name


def _last(node: ast.expr) -> str:
    """`client` of `client`, `_client` of `self._client`; of a call of `self._client()` the same."""
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _service(value: ast.expr | None) -> str | None:
    for call in ast.walk(value) if value is not None else ():
        is_client = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "client"
        if is_client and call.args and isinstance(call.args[0], ast.Constant):
            return str(call.args[0].value)
    return None


def _assigned(nodes: Iterable[ast.AST], service_of: Callable[[ast.expr | None], str | None]) -> dict[str, str]:
    """The services of names and attributes, by their names."""
    found = {}
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and (service := service_of(node.value)):
            found |= {_last(target): service for target in (getattr(node, "targets", None) or [node.target])}
    return found


def _given(function: ast.FunctionDef) -> str | None:
    """The service of the client that a function returns."""
    inside = [*ast.walk(function)]
    own = _assigned(inside, _service)
    returned = (node.value for node in inside if isinstance(node, ast.Return))
    return next((own[value.id] for value in returned if isinstance(value, ast.Name) and value.id in own), None)


def main(folders: list[str]) -> None:
    trees = [ast.parse(file.read_text("utf-8")) for folder in folders for file in Path(folder).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    makers = {node.name: service for node in nodes if isinstance(node, ast.FunctionDef) and (service := _given(node))}

    def made(value: ast.expr | None) -> str | None:
        return makers.get(_last(value)) if isinstance(value, ast.Call) else None

    clients = _assigned(nodes, _service) | _assigned(nodes, made)
    session = botocore.session.get_session()
    found = set()
    for node in nodes:
        if not isinstance(node, ast.Attribute) or (service := clients.get(_last(node.value))) is None:
            continue
        names = session.get_service_model(service).operation_names
        found |= {f"{service} {name}" for name in names if xform_name(name) == node.attr}
    print("\n".join(sorted(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
