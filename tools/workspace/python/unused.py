"""Names that Python modules define and nobody uses: the twin of knip, which knows only TypeScript.

    unused.py [ROOT]

Looks at functions, classes, methods and constants of the sources below `apps`, `libs` and `tools`. A name is used where
any Python file but its own definition says it: as a name, as an attribute, or as a text (`getattr`, a patch in a test).
So it takes a name for used too often rather than too seldom. Generated modules are left out: what they hold is said in
TypeScript. Exit code 1: something is unused, one line each.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = ("apps", "libs", "tools")
SKIPPED = {"node_modules", "dist", "dist-shell", "cdk.out", "__pycache__", ".venv", "generated"}


class Definition:
    """A name, where it is defined, and how often that definition itself says it."""

    def __init__(self, name: str, path: Path, line: int, inside: int) -> None:
        self.name = name
        self.path = path
        self.line = line
        self.inside = inside


def python_files(root: Path) -> list[Path]:
    """All Python files, in order."""
    found = [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    return sorted(path for path in found if not any(part.split(".out.")[0] in SKIPPED for part in path.parts))


def words(tree: ast.AST) -> Counter[str]:
    """How often each name is said, definitions and lists of exports apart."""
    said: Counter[str] = Counter()
    sentences = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            said[node.id] += 1
        elif isinstance(node, ast.Attribute):
            said[node.attr] += 1
        elif isinstance(node, ast.keyword) and node.arg:
            said[node.arg] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in sentences:
            # Also annotations in quotes, such as "list[Name] | None".
            said.update(set(re.findall(r"\w+", node.value)))
    for exported in (node for node in ast.walk(tree) if isinstance(node, ast.Assign)):
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in exported.targets):
            said.subtract(words(exported.value))
    return said


def definitions(tree: ast.Module, path: Path) -> Iterator[Definition]:
    """The names that a module and its classes define. What a decorator registers is used by it."""
    for node in tree.body:
        yield from _named(node, path)
        if isinstance(node, ast.ClassDef):
            # What a class of somebody else's demands is not ours to name.
            foreign = any(not isinstance(base, ast.Name) or base.id == "Protocol" for base in node.bases)
            for inner in node.body:
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and not foreign:
                    yield from _named(inner, path)


def _named(node: ast.stmt, path: Path) -> Iterator[Definition]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        plain = {"property", "staticmethod", "classmethod", "dataclass", "contextmanager", "lru_cache", "cache"}
        registered = any(_decorator(one) not in plain for one in node.decorator_list)
        if not registered and not node.name.startswith("__"):
            yield Definition(node.name, path, node.lineno, words(node)[node.name])
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.startswith("__"):
                yield Definition(target.id, path, node.lineno, words(node)[target.id])


def _decorator(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _decorator(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def unused(root: Path) -> list[str]:
    """One line for each name that nobody uses."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in python_files(root)}
    said: Counter[str] = Counter()
    for tree in trees.values():
        said.update(words(tree))
    found = [
        definition
        for path, tree in trees.items()
        if "src" in path.relative_to(root).parts
        for definition in definitions(tree, path)
        if said[definition.name] - definition.inside <= 0
    ]
    return [f"{one.path.relative_to(root)}:{one.line}: nobody uses {one.name}." for one in found]


if __name__ == "__main__":
    lines = unused(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[3])
    print("\n".join(lines) if lines else "Every name is used.")
    sys.exit(1 if lines else 0)
