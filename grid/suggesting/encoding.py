"""Encoding: frozen dataclasses to JSON and back, refusing whatever is not what was written."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from grid.refusals import Refused
from grid.suggesting.problem import NOBODY, UNCAPPED, Flags, Ints, Problem

Made = TypeVar("Made")
_LARGEST = 2**53
"""Beyond it a number of JSON need not be whole."""
_LONGEST = 200_000


def encode(value: object) -> Any:
    """Return a dataclass of numbers, texts, codes, arrays and tuples of such as JSON."""
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


def decode(kind: type[Made], value: object) -> Made:
    """Return the dataclass that JSON tells of; raises ``Refused('run_unreadable')``."""
    return cast(Made, _decode(kind, value))


def decode_problem(value: object) -> Problem:
    """Return a problem whose arrays fit each other; raises ``Refused('run_unreadable')``."""
    problem = decode(Problem, value)
    n, m = len(problem.unit_ids), len(problem.leader_ids)
    edges = problem.edges.reshape(-1, 2) if problem.edges.size % 2 == 0 else None
    fits = (
        problem.workloads.shape == problem.today.shape == problem.has_place.shape == (n,)
        and problem.fixed.shape == problem.shares.shape == (m,)
        and edges is not None
        and all(_within(places, 0, n) for places in (edges, _named(problem, "unit")))
        and _within(problem.today, NOBODY, m)
        and _within(_named(problem, "leader"), 0, m)
        and all(_within(loads, 0, _LARGEST) for loads in (problem.workloads, problem.fixed))
        and _within(problem.shares, 0, 101)
        and min(problem.most_changes, problem.most_helpers) >= 0
        and all(one.value is None or one.value >= UNCAPPED for one in problem.demands)
    )
    if not fits or edges is None:
        raise Refused("run_unreadable")
    values = {field.name: getattr(problem, field.name) for field in fields(Problem)}
    return Problem(**values | {"edges": edges})


def _named(problem: Problem, name: str) -> Ints:
    named = (getattr(one, name) for one in problem.demands)
    return np.array([one for one in named if one is not None], dtype=np.int64)


def _within(values: Ints, least: int, end: int) -> bool:
    return bool(((values >= least) & (values < end)).all())


def _decode(kind: Any, value: object) -> object:
    if kind in (Ints, Flags):
        return _array(kind, value)
    if is_dataclass(kind):
        return _dataclass(cast(type, kind), value)
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or len(value) > _LONGEST:
            raise Refused("run_unreadable")
        return tuple(_decode(get_args(kind)[0], each) for each in value)
    if get_origin(kind) in (Union, types.UnionType):
        given = next(each for each in get_args(kind) if each is not type(None))
        return None if value is None else _decode(given, value)
    return _plain(kind, value)


def _dataclass(kind: type, value: object) -> object:
    hints = get_type_hints(kind)
    names = {field.name for field in fields(kind)}
    if not isinstance(value, Mapping) or value.keys() != names:
        raise Refused("run_unreadable")
    return kind(**{name: _decode(hints[name], value[name]) for name in names})


def _plain(kind: Any, value: object) -> object:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value not in {each.value for each in kind}:
            raise Refused("run_unreadable")
        return kind(value)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value):
            return float(value)
    elif type(value) is kind and (kind is not int or abs(cast(int, value)) <= _LARGEST):
        return value
    raise Refused("run_unreadable")


def _array(kind: object, value: object) -> object:
    if not isinstance(value, list) or len(value) > _LONGEST:
        raise Refused("run_unreadable")
    if not value:
        return np.zeros(0, dtype=np.int64 if kind == Ints else np.bool_)
    flat = [each for row in value for each in (row if isinstance(row, list) else [row])]
    expected = int if kind == Ints else bool
    if any(type(each) is not expected or abs(each) > _LARGEST for each in flat):
        raise Refused("run_unreadable")
    return np.array(flat, dtype=np.int64 if kind == Ints else np.bool_)
