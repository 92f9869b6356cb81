"""HTTP requests as the operation and the parameters that an SDK made them of, by the service's model.

Bodies that are data (an object's bytes, a function's archive) are not looked at. Requests in a form that no client of
ours uses (CBOR) are left alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from botocore.model import OperationModel, ServiceModel
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

from pos_local_aws.models.routes import NONE, Request, first, routes


class UnreadableRequestError(Exception):
    """A body that is not what its content type says."""


@dataclass(frozen=True)
class Call:
    """An operation of a service with its parameters, named as in the model."""

    operation: OperationModel
    params: dict[str, Any]


def read_call(model: ServiceModel, request: Request) -> Call | None:
    """What was called, or None when the model has no such operation. Raises UnreadableRequestError."""
    if "cbor" in request.headers.get("content-type", ""):
        return None
    target = request.headers.get("x-amz-target", "")
    if target:
        return _json_call(model, target.rsplit(".", 1)[-1], request)
    if "x-www-form-urlencoded" in request.headers.get("content-type", "") or "Action" in request.query:
        return _query_call(model, request)
    if model.metadata["protocol"].startswith("rest-"):
        return _rest_call(model, request)
    return None


def _json_call(model: ServiceModel, name: str, request: Request) -> Call | None:
    if name not in model.operation_names:
        return None
    return Call(model.operation_model(name), _json_object(request.body))


def _json_object(body: Any) -> dict[str, Any]:
    try:
        found = json.loads(bytes(body[:]) or b"{}")
    except ValueError as error:
        raise UnreadableRequestError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise UnreadableRequestError("the body is no JSON object")
    return found


def _query_call(model: ServiceModel, request: Request) -> Call | None:
    # A value that is there but empty says something: an empty list, or an empty text.
    given = {name: values[-1] for name, values in parse_qs(bytes(request.body[:]).decode(), True).items()}
    given |= {name: one[-1] if isinstance(one, list) else one for name, one in request.query.items()}
    name = given.pop("Action", "")
    given.pop("Version", None)
    if name not in model.operation_names:
        return None
    operation = model.operation_model(name)
    given = {key: text for key, text in given.items() if not key.startswith("X-Amz-")}
    params = _Form(given).structure(operation.input_shape, "") if operation.input_shape else {}
    return Call(operation, params)


class _Form:
    """A body `Name.member.1=…` read by a shape; what the shape does not know stays under its own name."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._taken: set[str] = set()

    def structure(self, shape: Any, prefix: str) -> dict[str, Any]:
        found = {}
        for name, member in shape.members.items():
            key = prefix + member.serialization.get("name", name)
            if self._has(key):
                found[name] = self._value(member, key)
        if not prefix:
            found |= {key: text for key, text in self._given.items() if key not in self._taken}
        return found

    def _has(self, key: str) -> bool:
        return any(name == key or name.startswith(f"{key}.") for name in self._given)

    def _value(self, shape: Any, key: str) -> Any:
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, f"{key}.")
        if kind not in ("list", "map"):
            self._taken.add(key)
            return scalar(shape, self._given.get(key, ""))
        if key in self._given:  # `Name=`, the form of an empty list
            self._taken.add(key)
            return [] if kind == "list" else {}
        if kind == "list":
            inner = shape.member.serialization.get("name", "member")
            place = key if shape.serialization.get("flattened") else f"{key}.{inner}"
            return [self._value(shape.member, f"{place}.{number}") for number in self._numbers(place)]
        place = key if shape.serialization.get("flattened") else f"{key}.entry"
        names = (shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value"))
        return {
            self._value(shape.key, f"{place}.{number}.{names[0]}"): self._value(
                shape.value, f"{place}.{number}.{names[1]}"
            )
            for number in self._numbers(place)
        }

    def _numbers(self, place: str) -> list[int]:
        found = {name.removeprefix(f"{place}.").split(".")[0] for name in self._given if name.startswith(f"{place}.")}
        return sorted(int(number) for number in found if number.isdigit())


def scalar(shape: Any, text: str) -> Any:
    """A text of a header, a query or an XML element as its shape's type; the text itself when it is none."""
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    return {"true": True, "false": False}.get(text.lower(), text) if kind == "boolean" else text


def _rest_call(model: ServiceModel, request: Request) -> Call | None:
    path = request.path.rstrip("/") if request.path.count("/") == 2 else request.path  # `/bucket/`
    # The most particular first.
    for route in routes(model).get(request.method, NONE).of(request):
        if route.fits(request) and (found := route.path.fullmatch(path)):
            uri = {name: text for name, text in found.groupdict().items() if text is not None}
            return Call(route.operation, _rest_params(route.operation, uri, request))
    return None


def _rest_params(operation: OperationModel, uri: Mapping[str, str], request: Request) -> dict[str, Any]:
    shape = operation.input_shape
    params: dict[str, Any] = {}
    if shape is None:
        return params
    payload = shape.serialization.get("payload")
    in_body = {}
    for name, member in shape.members.items():
        place = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if place == "uri" and name in uri:
            params[name] = scalar(member, uri[name])
        elif place == "querystring" and wire in request.query and member.type_name not in ("list", "map"):
            params[name] = scalar(member, first(request.query[wire]))
        elif place == "header" and wire.lower() in request.headers and member.type_name != "list":
            params[name] = scalar(member, request.headers[wire.lower()])
        elif place is None and payload is None:
            in_body[name] = member
    if payload is not None:
        params |= _payload(operation, payload, shape.members[payload], request)
    elif in_body and len(request.body):
        known = {member.serialization.get("name", name): name for name, member in in_body.items()}
        params |= {known.get(name, name): item for name, item in _json_object(request.body).items()}
    return params


def _payload(operation: OperationModel, name: str, shape: Any, request: Request) -> dict[str, Any]:
    if not len(request.body):
        return {}
    if shape.type_name == "string":
        return {name: bytes(request.body[:]).decode("utf-8", "replace")}
    if shape.type_name != "structure":
        return {name: b"data"}
    if operation.service_model.metadata["protocol"] != "rest-xml":
        return {name: _json_object(request.body)}
    try:
        root = fromstring(bytes(request.body[:]))
    except ParseError as error:
        raise UnreadableRequestError(f"the body is no XML: {error}") from error
    return {name: _element(shape, root)}


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _element(shape: Any, element: Any) -> Any:
    """An XML element by its shape; elements that the shape does not know stay under their own names."""
    kind = shape.type_name
    if kind == "list":
        return [_element(shape.member, item) for item in element]
    if kind != "structure":
        return scalar(shape, element.text or "")
    found: dict[str, Any] = {}
    known = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    # A flattened list's elements stand by themselves, under the list's name.
    for item in element:
        name = known.get(_tag(item))
        member = shape.members[name] if name else None
        if name is None or member is None:
            found[_tag(item)] = item.text
        elif member.type_name == "list" and member.serialization.get("flattened"):
            found.setdefault(name, []).append(_element(member.member, item))
        else:
            found[name] = _element(member, item)
    for name, member in shape.members.items():
        if member.serialization.get("xmlAttribute"):
            wire = member.serialization["name"].rpartition(":")[2]
            for key, text in element.attrib.items():
                if str(key).rpartition("}")[2] == wire:
                    found[name] = text
    return found
