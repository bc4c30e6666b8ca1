"""Rule rows (规则表): a clock rule as plain values, as a table or a file keeps it, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import TypeVar

from grid.clocks.events import EventKind
from grid.clocks.rules import ClockRule, Counting, Rolling
from grid.matters import Purpose, Track
from grid.refusals import Refused

Value = str | int | bool | date | list[str] | None
_Member = TypeVar("_Member", bound=StrEnum)
RULE_COLUMNS = tuple(each.name for each in fields(ClockRule))
"""Columns of a rule, in the order of its fields."""
_REQUIRED = ("jurisdiction", "clock", "days", "starts", "stops", "valid_from", "source")
_NUMBERS = ("days", "extension_days", "soon_days", "nth", "nth_last")
_FLAGS = ("pausable", "window")
_DATES = ("valid_from", "valid_to")
_LISTS: dict[str, type[StrEnum]] = {
    "starts": EventKind,
    "stops": EventKind,
    "voids": EventKind,
    "tracks": Track,
    "purposes": Purpose,
}
_WORDS: dict[str, type[StrEnum]] = {"counting": Counting, "rolling": Rolling}


def rule_row(rule: ClockRule) -> dict[str, Value]:
    """Return a rule's values by column: texts, whole numbers, flags, days, and lists of texts."""
    return {name: _plain(getattr(rule, name)) for name in RULE_COLUMNS}


def read_rule(row: Mapping[str, object]) -> ClockRule:
    """Return the rule that a row says; columns left out have the defaults of ``ClockRule``.

    Raises
    ------
    Refused
        ``clock_rule_column`` for one that is missing, unknown or of the wrong kind, ``clock_event_unknown``,
        ``clock_rule_word`` for another word that is not known, and those of ``ClockRule``.
    """
    wrong = [name for name in _REQUIRED if name not in row] + [
        name for name in row if name not in RULE_COLUMNS
    ]
    if wrong:
        raise Refused("clock_rule_column", column=wrong[0][:40])
    read: dict[str, object] = {name: _read(name, value) for name, value in row.items()}
    return ClockRule(**read)  # type: ignore[arg-type]


def _read(name: str, value: object) -> object:
    if name in _LISTS and isinstance(value, list | tuple):
        return tuple(_member(_LISTS[name], each) for each in value)
    if name in _WORDS and isinstance(value, str):
        return _member(_WORDS[name], value)
    if not _fits(name, value):
        raise Refused("clock_rule_column", column=name)
    return value


def _fits(name: str, value: object) -> bool:
    if value is None:
        return name in {"valid_to", "nth_last"}
    if name in _NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool)
    if name in _FLAGS:
        return isinstance(value, bool)
    if name in _DATES:
        return type(value) is date
    return name not in _LISTS and name not in _WORDS and isinstance(value, str)


def _member(kind: type[_Member], word: object) -> _Member:
    try:
        return kind(str(word))
    except ValueError:
        code = "clock_event_unknown" if kind is EventKind else "clock_rule_word"
        raise Refused(code, word=str(word)[:40]) from None


def _plain(value: object) -> Value:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(each) for each in value]
    if value is None or isinstance(value, str | int | date):
        return value
    raise TypeError(type(value))
