"""The behaviours that the emulator lacks, one module per concern.

Each hook module has `REQUIRES`, the emulator's internals it rests on, and `install(context)`. Two hooks also act on
the server's life: `on_ready` once it answers, `on_stop` before the last snapshot.
"""

import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pos_local_aws import context as _context
from pos_local_aws.context import HookContext
from pos_local_aws.hooks import (
    alarms,
    catalogue,
    definitions,
    email_confirmation,
    execution_history,
    execution_sizes,
    executions,
    faults,
    glue_jobs,
    glue_leftovers,
    iam_log,
    iam_resources,
    integrations,
    jsonata_states,
    jsonpath_strict,
    lambda_sandbox,
    lambda_settings,
    log_metrics,
    object_bodies,
    object_events,
    object_limits,
    object_missing,
    object_pages,
    object_parts,
    object_paths,
    parsed_policies,
    persistence,
    policy_simulation,
    readers,
    request_models,
    retries,
    rule_functions,
    sqs_window,
    stacks,
    tls,
    topic_messages,
    topic_publishers,
)
from pos_local_aws.identity import PATH, Identity, answer_identity
from pos_local_aws.registry import check, check_version
from pos_local_aws.settings import ServerSettings

# New objects, less those that are gone, until the young ones are looked through.
_YOUNG_OBJECTS = 20_000

HOOKS = (
    tls,
    iam_log,
    iam_resources,
    parsed_policies,
    readers,
    request_models,
    object_paths,
    object_events,
    object_bodies,
    object_limits,
    object_missing,
    object_pages,
    object_parts,
    glue_jobs,
    catalogue,
    integrations,
    retries,
    jsonata_states,
    jsonpath_strict,
    definitions,
    execution_history,
    execution_sizes,
    executions,
    lambda_sandbox,
    lambda_settings,
    sqs_window,
    faults,  # it disturbs the batches that the window has filled
    log_metrics,
    alarms,
    topic_messages,
    topic_publishers,
    rule_functions,
    email_confirmation,
    policy_simulation,
    stacks,
    persistence,
)


@dataclass(frozen=True, kw_only=True)
class Installed:
    """The hooked emulator."""

    app: Callable[[dict[str, Any], Any, Any], Awaitable[None]]
    on_ready: Callable[[], None]
    on_stop: Callable[[], None]
    on_folder_lost: Callable[[], None]
    """From now on nothing is saved."""


def check_hooks() -> None:
    """Raises HookError unless every internal of every hook is as the hook expects it."""
    check_version()
    check("context", _context.REQUIRES)
    for hook in HOOKS:
        check(hook.__name__.rsplit(".", 1)[-1], hook.REQUIRES)


def install(settings: ServerSettings, identity: Identity) -> Installed:
    """Import the emulator (its environment is set by now), prove that the hooks fit, install them."""
    from ministack import app

    check_hooks()
    context = HookContext(settings=settings, folder=identity.folder)
    for hook in HOOKS:
        hook.install(context)

    reached = faults.around(app.app) if faults.are_allowed() else app.app

    async def counted(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await answer_identity(identity, scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == "/_pos/snapshot":
            await persistence.answer_snapshot(receive, send)
            return
        if scope["type"] == "http" and readers.refuses(scope):
            await readers.deny(receive, send)
            return
        if scope["type"] == "http" and scope["path"] == faults.PATH and faults.are_allowed():
            await faults.answer(scope, receive, send)
            return
        if persistence.may_change(scope):
            persistence.touch()
        await reached(scope, receive, send)

    def on_ready() -> None:
        # What was loaded stays: looking through it for what nobody holds was a twentieth of the server's time.
        gc.freeze()
        gc.set_threshold(_YOUNG_OBJECTS)
        glue_leftovers.end_leftovers(context)
        executions.resume()
        alarms.start(context)
        persistence.start(context)

    def on_stop() -> None:
        context.stopping.set()
        context.waiting.close()
        glue_jobs.await_stopped()

    return Installed(app=counted, on_ready=on_ready, on_stop=on_stop, on_folder_lost=persistence.abandon)
