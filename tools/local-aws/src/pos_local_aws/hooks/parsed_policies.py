"""A policy is parsed once, not for each call. Its text is the key, so that another text is another policy."""

import functools
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.core.iam_evaluator", parse_policy_document="doc")


def install(context: HookContext) -> None:
    """Keep what the evaluator has parsed."""
    from ministack.core import iam_evaluator

    def keeping(original: Any) -> Any:
        parsed = functools.lru_cache(maxsize=1024)(original)

        def parse_policy_document(doc: Any) -> Any:
            # A list of the caller's own; the statements are read only.
            return list(parsed(doc)) if isinstance(doc, str) else original(doc)

        return parse_policy_document

    context.patches.replace(iam_evaluator, "parse_policy_document", keeping)
