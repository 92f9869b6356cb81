"""Objects are announced by threads that stay, where the emulator starts one for each announcement."""

import contextvars
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.s3",
    "_bucket_notifications",
    _next_event_sequencer="event_name",
    _fire_s3_event="bucket_name key event_name size etag deletion_type restore_event_data version_id sequencer "
    "object_extra record_extra",
    _fire_s3_event_async="bucket_name key event_name size etag deletion_type version_id object_extra record_extra",
)
# More than are ever busy: an announcement is put into a queue, and waits for nobody.
_THREADS = 32


def install(context: HookContext) -> None:
    """Hand announcements to a pool, each with its request's account and region."""
    from ministack.services import s3

    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="object-events")

    def fire_s3_event_async(
        bucket_name: str,
        key: str,
        event_name: str,
        size: int = 0,
        etag: str = "",
        deletion_type: str | None = None,
        **more: Any,
    ) -> None:
        if bucket_name not in s3._bucket_notifications:
            return
        more["sequencer"] = s3._next_event_sequencer(event_name)
        fire = functools.partial(s3._fire_s3_event, bucket_name, key, event_name, size, etag, deletion_type, **more)
        # With the request's account and region, which all stores are keyed by.
        pool.submit(contextvars.copy_context().run, fire)

    context.patches.replace(s3, "_fire_s3_event_async", lambda _: fire_s3_event_async)
