"""What a browser sends to a callback, checked against how the callback was registered.

Dash takes a request's word for which components it speaks of. Here a request must name exactly the inputs,
states and triggers that the callback has; only values are free, and those each screen reads for itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dash._utils import stringify_id

from callbacks.access.owners import outputs_of

_DEEPEST = 60
_PAGES_OUTPUT = "_pages_content.children"
_LONGEST_ADDRESS = 4096
Callback = Mapping[str, Any]


class PayloadError(ValueError):
    """A request that no page of ours sends."""


def check_payload(body: dict[str, Any], callback: Callback) -> None:
    """Raise ``PayloadError`` unless a body is as the callback's page sends it.

    Its outputs are set to the callback's own.
    """
    _check_text(body, _DEEPEST)
    inputs = _named(body.get("inputs", []), callback["inputs"])
    states = _named(body.get("state", []), callback["state"])
    known = {f"{stringify_id(each['id'])}.{each['property']}" for each in (*inputs, *states)}
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(one, str) and one in known for one in changed):
        raise PayloadError("triggers")
    body["outputs"] = _outputs(body.get("outputs"), callback)
    if body["output"].startswith(f"..{_PAGES_OUTPUT}"):
        _check_address(inputs)


def _named(given: object, registered: list[Callback]) -> list[dict[str, Any]]:
    """Return all parts of a list of inputs or states, each one that is registered."""
    if not isinstance(given, list) or len(given) != len(registered):
        raise PayloadError("length")
    return [each for one, known in zip(given, registered, strict=True) for each in _parts(one, known)]


def _parts(given: object, known: Callback) -> Iterator[dict[str, Any]]:
    pattern = _pattern(known["id"])
    many = pattern is not None and any(value in (["ALL"], ["ALLSMALLER"]) for value in pattern.values())
    parts = given if many else [given]
    if not isinstance(parts, list):
        raise PayloadError("pattern")
    for part in parts:
        if not isinstance(part, dict) or part.get("property") != known["property"]:
            raise PayloadError("property")
        if not (_fits(part.get("id"), pattern) if pattern else part.get("id") == known["id"]):
            raise PayloadError("id")
        yield part


def _pattern(component_id: str) -> dict[str, Any] | None:
    return json.loads(component_id) if component_id.startswith("{") else None


def _fits(component_id: object, pattern: Mapping[str, Any]) -> bool:
    """Return whether an id is of a pattern: its keys, its fixed values, plain values for its wildcards."""
    if not isinstance(component_id, dict) or component_id.keys() != pattern.keys():
        return False
    return all(
        _is_plain(component_id[key]) if isinstance(value, list) else component_id[key] == value
        for key, value in pattern.items()
    )


def _is_plain(value: object) -> bool:
    return type(value) in (str, int, float, bool)


def _outputs(given: object, callback: Callback) -> Any:
    """Return outputs as the callback has them; of a pattern those given, where they fit it."""
    if callback.get("no_output"):
        return []
    outputs = outputs_of(callback)
    is_multi = isinstance(callback["output"], list | tuple)
    parts: list[object] = given if is_multi and isinstance(given, list) else [given]
    parts = parts if len(parts) == len(outputs) else [None] * len(outputs)
    found = [_output(part, one) for part, one in zip(parts, outputs, strict=True)]
    return found if is_multi else found[0]


def _output(given: object, output: Any) -> Any:
    component_id = output.component_id_str()
    plain = {"id": component_id, "property": output.component_property}
    pattern = _pattern(component_id)
    if pattern is None:
        return plain
    parts = list(_parts(_bare(given), plain))
    return parts if isinstance(given, list) else parts[0]


def _bare(given: object) -> object:
    """Return an output without the digest by which a browser tells several callbacks of one output apart."""
    if isinstance(given, list):
        return [_bare(one) for one in given]
    if isinstance(given, dict) and isinstance(given.get("property"), str):
        return {**given, "property": given["property"].partition("@")[0]}
    return given


def _check_address(inputs: list[dict[str, Any]]) -> None:
    for each in inputs:
        text = each.get("value")
        first = "/" if each["property"] == "pathname" else ""
        if not (isinstance(text, str) and text.startswith(first) and len(text) <= _LONGEST_ADDRESS):
            raise PayloadError("address")


def _check_text(value: object, depth: int) -> None:
    """Refuse what no text column can hold: NUL, half a character; and endless nesting."""
    if depth == 0:
        raise PayloadError("depth")
    if isinstance(value, str):
        _check_string(value)
    elif isinstance(value, dict):
        for key, each in value.items():
            _check_string(key)
            _check_text(each, depth - 1)
    elif isinstance(value, list):
        for each in value:
            _check_text(each, depth - 1)


def _check_string(text: str) -> None:
    if "\0" in text:
        raise PayloadError("nul")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise PayloadError("surrogate") from None
