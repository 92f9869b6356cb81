"""The operations of a service that speaks REST, by what their requests look like."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.model import OperationModel, ServiceModel


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request, as the emulator hands it to a service."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    """Bytes, or what stands for them when they are large."""
    query: Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """How an operation looks on the wire."""

    operation: OperationModel
    path: re.Pattern[str]
    literals: list[tuple[str, str]]
    """The query that its URI demands."""
    demanded: list[tuple[str, str]]
    """The places and names of query parameters and headers without which it is another operation."""

    def fits(self, request: Request) -> bool:
        """Whether the request has the query and the headers of the operation."""
        return all(
            name in request.query and (not value or first(request.query[name]) == value)
            for name, value in self.literals
        ) and all(_given(request, place, name) for place, name in self.demanded)


class Routes:
    """The operations of one method, the most particular first."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._all = sorted(routes, key=lambda route: -10 * len(route.literals) - len(route.demanded))
        self._plain = [route for route in self._all if not route.literals]
        self._literals = {name for route in self._all for name, _ in route.literals}

    def of(self, request: Request) -> list[Route]:
        """Those that may fit: most of S3's demand a word in the query, which most requests do not have."""
        return self._plain if self._literals.isdisjoint(request.query) else self._all


NONE = Routes([])
_KNOWN: dict[str, dict[str, Routes]] = {}


def routes(model: ServiceModel) -> dict[str, Routes]:
    """The operations by the method of their requests."""
    if model.service_name not in _KNOWN:
        found: dict[str, list[Route]] = {}
        for name in model.operation_names:
            operation = model.operation_model(name)
            if operation.deprecated:  # such as PutBucketNotification, which looks like its successor
                continue
            uri = urlsplit(operation.http["requestUri"])
            literals = [(part.partition("=")[0], part.partition("=")[2]) for part in uri.query.split("&") if part]
            pattern = re.sub(
                r"\\\{(\w+)(\\\+)?\\\}",
                lambda name: f"(?P<{name[1]}>{'.+' if name[2] else '[^/]+'})",
                re.escape(uri.path),
            )
            route = Route(operation, re.compile(pattern, re.DOTALL), literals, list(_demanded(operation)))
            found.setdefault(operation.http["method"], []).append(route)
        _KNOWN[model.service_name] = {method: Routes(some) for method, some in found.items()}
    return _KNOWN[model.service_name]


def _demanded(operation: OperationModel) -> Iterator[tuple[str, str]]:
    shape = operation.input_shape
    for name in shape.required_members if shape else []:
        place = shape.members[name].serialization.get("location")
        if place in ("querystring", "header"):
            yield place, shape.members[name].serialization.get("name", name)


def _given(request: Request, place: str, name: str) -> bool:
    return name in request.query if place == "querystring" else name.lower() in request.headers


def first(value: Any) -> str:
    """The value of a query parameter, which may be a list."""
    return str(value[0] if isinstance(value, list) else value)
