"""Inspections as the database keeps them: JSON there and back."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from enum import StrEnum
from typing import Any

from grid.inspection import Inspection


def to_json(inspection: Inspection) -> dict[str, Any]:
    """Return an inspection as JSON values; an empty one is an empty object."""
    return {} if inspection == Inspection() else asdict(inspection)


def from_json(stored: Mapping[str, Any]) -> Inspection:
    """Return the inspection that `to_json` stored."""
    made: Inspection = _read(Inspection, stored)
    return made


def _read(kind: Any, value: Any) -> Any:
    """Return a JSON value as the type that a field declares: dataclasses, tuples of them, enumerations."""
    origin = typing.get_origin(kind)
    if value is None:
        return None
    if origin in {typing.Union, types.UnionType}:
        return _read(next(arg for arg in typing.get_args(kind) if arg is not types.NoneType), value)
    if origin is tuple:
        return tuple(_read(typing.get_args(kind)[0], item) for item in typing.cast("Sequence[Any]", value))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: _read(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
