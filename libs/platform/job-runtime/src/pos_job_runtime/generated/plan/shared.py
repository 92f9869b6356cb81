"""The plan of a dataset: everything that its contract says, compiled.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

Severity: TypeAlias = Literal["error", "warning"]
