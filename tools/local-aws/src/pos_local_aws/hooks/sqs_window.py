"""Event source mappings on SQS wait for their batching window and fill batches beyond ten messages.

The emulator stores MaximumBatchingWindowInSeconds but invokes at once, so 500 files would make many runs.
"""

import json
import time
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.services.sqs", "_queues", _receive_messages_for_esm="queue_url max_number") + internals(
    "ministack.services.lambda_svc", _iter_all_esms=""
)

# Bytes of an invocation: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_MAX_PAYLOAD = 6 * 1024 * 1024
# Of a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
_LARGEST_MESSAGE = 1024 * 1024
_RECORD_OVERHEAD = 1024  # the envelope that Lambda puts around a message


def is_due(*, waiting: int, batch_size: int, oldest: float, window: float, now: float) -> bool:
    """Whether a batch goes out: it is full, or its first message has waited out the window (seconds)."""
    return waiting > 0 and (waiting >= batch_size or now - oldest >= window)


def _window(queue: dict[str, Any]) -> float:
    from ministack.services import lambda_svc

    arn = queue.get("attributes", {}).get("QueueArn")
    return max(
        (
            float(mapping.get("MaximumBatchingWindowInSeconds") or 0)
            for *_, mapping in lambda_svc._iter_all_esms()
            if mapping.get("EventSourceArn") == arn
        ),
        default=0.0,
    )


def install(context: HookContext) -> None:
    """Hold messages back until their batch is due, then hand out the whole batch."""
    from ministack.services import sqs

    def receiving(original: Any) -> Any:
        def receive_messages_for_esm(queue_url: str, max_number: int) -> list[dict[str, Any]]:
            if context.stopping.is_set():
                return []
            queue = sqs._queues.get(queue_url)
            if queue is None:
                return []
            now = time.time()
            waiting = [
                max(message.get("sent_at", now), message.get("visible_at", 0))
                for message in list(queue["messages"])
                if message.get("visible_at", 0) <= now
            ]
            oldest = min(waiting, default=now)
            window = _window(queue)
            if not is_due(waiting=len(waiting), batch_size=max_number, oldest=oldest, window=window, now=now):
                # A receive also moves exhausted messages to the dead-letter queue: let it look, not take.
                return original(queue_url, max_number) if not waiting else []
            batch: list[dict[str, Any]] = []
            size = 0
            # No more than surely fit, however large they are.
            while fitting := min(
                max_number - len(batch), (_MAX_PAYLOAD - size) // (_LARGEST_MESSAGE + _RECORD_OVERHEAD)
            ):
                received = original(queue_url, fitting)
                if not received:
                    break
                batch += received
                size += sum(len(json.dumps(message["body"])) + _RECORD_OVERHEAD for message in received)
            return batch

        return receive_messages_for_esm

    context.patches.replace(sqs, "_receive_messages_for_esm", receiving)
