"""A call that the service's model does not allow is refused, as AWS does; and which operations were called is kept.

The emulator reads from a request what it knows and passes over the rest. Here each request is read by the model that
AWS makes its SDKs from, and refused when a member is missing or of another type, too long or too short, no value of
its enumeration or not of its pattern. Stricter than AWS: a member that the model does not know is refused too, which
some services pass over, because whoever sends one means something by it.
"""

import json
import re
import threading
from typing import Any

from botocore.model import ServiceModel

from pos_local_aws.context import HookContext, service_model
from pos_local_aws.models.answers import Answer, code_of, refusal, sentence
from pos_local_aws.models.constraints import problems
from pos_local_aws.models.requests import Call, UnreadableRequestError, read_call
from pos_local_aws.models.routes import Request
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.app", "SERVICE_HANDLERS")
# The emulator's names of services, and the models'.
MODELS = {
    "athena": "athena",
    "cloudformation": "cloudformation",
    "events": "events",
    "glue": "glue",
    "iam": "iam",
    "kms": "kms",
    "lambda": "lambda",
    "logs": "logs",
    "monitoring": "cloudwatch",
    "s3": "s3",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "states": "stepfunctions",
    "sts": "sts",
}
# `local-aws-test` is what tests call their own clients, whose calls prove nothing of the platform's.
_CLIENTS = re.compile(r"local-aws-test|aws-sdk-js|Boto3|hadoop|object_store|duckdb|aws-cli|aws-sdk-java", re.IGNORECASE)


def refused(model: ServiceModel, request: Request, note: Any = None) -> Answer | None:
    """AWS' refusal of a request, or None when the model allows it; `note` is told what was called."""
    in_query = "x-www-form-urlencoded" in request.headers.get("content-type", "")
    try:
        call = read_call(model, request)
    except UnreadableRequestError as error:
        code = "MalformedXML" if model.service_name == "s3" else "SerializationException"
        return refusal(model, code, str(error), in_query=in_query)
    if call is None:
        return None
    if note is not None:
        note(call)
    found = list(problems(call.operation.input_shape, call.params)) if call.operation.input_shape else []
    if not found:
        return None
    return refusal(model, code_of(model, found, in_query=in_query), sentence(found), in_query=in_query)


def _rank(client: str) -> bool:
    return client != "local-aws-test"


class _Seen:
    """The operations that were called: a line in `operations.jsonl` for the first call by a kind of client."""

    def __init__(self, context: HookContext) -> None:
        self._path = context.settings.operations
        self._lock = threading.Lock()
        self._known: set[tuple[str, str, str]] = set()

    def note(self, call: Call, agent: str) -> None:
        found = _CLIENTS.findall(agent)
        name = (
            call.operation.service_model.service_name,
            call.operation.name,
            min(found, key=_rank).lower() if found else "",
        )
        if name in self._known:
            return
        with self._lock:
            self._known.add(name)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"service": name[0], "operation": name[1], "client": name[2]}) + "\n")


def install(context: HookContext) -> None:
    """Read each request before the service does."""
    from ministack import app

    seen = _Seen(context)
    context.settings.data.mkdir(parents=True, exist_ok=True)

    def guarded(handler: Any, name: str) -> Any:
        async def handle(method: str, path: str, headers: Any, body: Any, query_params: Any) -> Any:
            request = Request(method=method, path=path, headers=headers, body=body, query=query_params or {})
            agent = headers.get("user-agent", "")
            refusing = refused(service_model(name), request, lambda call: seen.note(call, agent))
            return refusing or await handler(method, path, headers, body, query_params)

        return handle

    def guarding(handlers: Any) -> Any:
        return {
            service: guarded(handler, MODELS[service]) if service in MODELS else handler
            for service, handler in handlers.items()
        }

    context.patches.replace(app, "SERVICE_HANDLERS", guarding)
