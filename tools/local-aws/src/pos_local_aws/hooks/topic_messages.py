"""What SNS refuses of a message: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

"Subjects must be ASCII text that begins with a letter, number, or punctuation mark; must not include line breaks or
control characters; and must be less than 100 characters long." A message has at least a character.
"""

import re
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.services.sns", "_error", _publish="params", _p="params key default")
_SUBJECT = re.compile(r"[!-~][ -~]{0,98}")


def problem(*, subject: str | None, message: str | None) -> str | None:
    """SNS' words about a message that it does not take, or None."""
    if message == "":
        return "Invalid parameter: Empty message"
    if subject and not _SUBJECT.fullmatch(subject):
        return "Invalid parameter: Subject"
    return None


def install(context: HookContext) -> None:
    """Look at each message before it is published."""
    from ministack.services import sns

    def publishing(original: Any) -> Any:
        def publish(params: Any) -> Any:
            message, subject = sns._p(params, "Message"), sns._p(params, "Subject")
            told = problem(subject=subject, message=message if isinstance(message, str) else None)
            return sns._error("InvalidParameter", told, 400) if told else original(params)

        return publish

    context.patches.replace(sns, "_publish", publishing)
