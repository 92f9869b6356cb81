"""A stack operation that a stop interrupted ends as failed, so that the next deployment can go on from there.

The emulator restores such a stack as still in progress, for ever.
"""

from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.services.cloudformation", "_stacks", _restore_state="data")


def settled(status: str) -> str:
    """The status of a stack whose operation was cut off: a half-made stack can only be deleted, another updated."""
    if not status.endswith("IN_PROGRESS"):
        return status
    if status.startswith(("CREATE", "ROLLBACK")):
        return "CREATE_FAILED"
    return "DELETE_FAILED" if status.startswith("DELETE") else "UPDATE_ROLLBACK_COMPLETE"


def install(context: HookContext) -> None:
    """Settle every stack when it is restored."""
    from ministack.services import cloudformation

    def restoring(original: Any) -> Any:
        def restore_state(data: Any) -> None:
            original(data)
            for stack in cloudformation._stacks._data.values():
                status = settled(stack["StackStatus"])
                if status != stack["StackStatus"]:
                    stack.update(StackStatus=status, StackStatusReason="The local AWS stopped meanwhile")

        return restore_state

    context.patches.replace(cloudformation, "_restore_state", restoring)
