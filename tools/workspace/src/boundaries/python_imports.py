"""What Python files import, as JSON: `{path: [[line, module, level], …]}`. Their paths come on standard input.

`from a import b` may import the module `a.b` or a name of `a`: both are listed, and whoever reads it knows the files.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def imports(text: str) -> Iterator[tuple[int, list[str], int]]:
    """Line, the modules that may be meant (the longest first) and the number of leading dots, of each import."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, [name.name], 0
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for name in node.names:
                yield node.lineno, [f"{module}.{name.name}".lstrip("."), module], node.level


def main() -> None:
    """Read the paths, write the imports."""
    found = {path: list(imports(Path(path).read_text())) for path in sys.stdin.read().splitlines()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
