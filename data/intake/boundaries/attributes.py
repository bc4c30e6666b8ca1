"""Attributes of boundary files: which column is the code, which the name, and what each row says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from data.intake.boundaries.features import Features
from data.intake.ledger import Ledger
from data.intake.tables import headers, values
from data.intake.tables.values import Cell, CellProblem, plain
from grid.areas import AreaKind, Level
from grid.refusals import Refused

_FUNCTIONAL = frozenset({"functional", "功能区", "开发区"})
_DEFAULT_CODE_SYSTEM = "LOCAL"


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the rows of a boundary file say, by position. ``parent_codes`` are "" where not given."""

    numbers: list[int]
    codes: list[str]
    names: list[str]
    kinds: list[AreaKind]
    parent_codes: list[str]
    populations: list[int | None]

    def take(self, mask: np.ndarray[Any, Any]) -> Attributes:
        """Return the attributes of the rows that a mask keeps."""
        kept = np.flatnonzero(mask)
        return Attributes(*([getattr(self, f.name)[i] for i in kept] for f in fields(self)))

    def join(self, other: Attributes) -> Attributes:
        """Return the attributes of both, this one's first."""
        return Attributes(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class EditionSays:
    """What a file or its options say of all its areas."""

    code_system: str
    vintage: str
    synthetic: bool


def read_attributes(
    features: Features, options: Mapping[str, str], ledger: Ledger, level: Level
) -> Attributes:
    """Read the attributes of every row, refusing rows in the ledger whose code or name cannot be read.

    Raises ``Refused('code_column_unknown')`` or ``Refused('name_column_unknown')``.
    """
    columns = _name_columns(features, options, ledger)
    reader = _Reader(features, columns, ledger)
    size = len(features.numbers)
    attributes = Attributes(
        numbers=features.numbers,
        codes=[reader.code("code", i) for i in range(size)],
        names=[plain(reader.cell("name", i)) for i in range(size)],
        kinds=[_kind(reader.cell("kind", i)) for i in range(size)],
        parent_codes=[reader.code("parent_code", i) for i in range(size)],
        populations=[reader.population(i) for i in range(size)],
    )
    _check(attributes, columns, ledger, level)
    return attributes


def find_names(features: Features, options: Mapping[str, str]) -> list[str]:
    """Return the names in a file, or what else it has of words; none where nothing looks like a name."""
    column = options.get("name_field") or _aliases(features).get("name") or _first_text(features)
    return [plain(cell) for cell in features.attributes.get(column or "", ()) if plain(cell)]


def read_edition(features: Features, options: Mapping[str, str], year: int) -> EditionSays:
    """Return code system, vintage and whether the areas are invented: by the options, else by the file."""
    columns = _aliases(features)

    def said(field: str, default: str) -> str:
        first = next((v for v in features.attributes.get(columns.get(field, ""), ()) if v is not None), None)
        return options.get(field) or plain(first) or default

    synthetic = said("synthetic", "false").lower() in {"true", "1", "yes", "是"}
    return EditionSays(said("code_system", _DEFAULT_CODE_SYSTEM), said("vintage", str(year)), synthetic)


class _Reader:
    def __init__(self, features: Features, columns: Mapping[str, str], ledger: Ledger) -> None:
        self._features = features
        self._columns = columns
        self._ledger = ledger

    def cell(self, field: str, i: int) -> Cell:
        column = self._columns.get(field)
        return None if column is None else self._features.attributes[column][i]

    def code(self, field: str, i: int) -> str:
        cell = self.cell(field, i)
        where = (self._features.numbers[i], self._columns.get(field, ""), cell)
        try:
            code, restored = values.read_code(cell)
        except CellProblem as problem:
            self._ledger.refuse(problem.code, *where)
            return ""
        if restored:
            self._ledger.note("code_restored", *where, code=code)
        return code

    def population(self, i: int) -> int | None:
        cell = self.cell("population", i)
        try:
            count, approximate = values.read_count(int(cell) if isinstance(cell, float) else cell)
        except CellProblem as problem:
            column = self._columns["population"]
            self._ledger.review(problem.code, self._features.numbers[i], column, cell)
            return None
        if approximate:
            self._ledger.review(
                "count_approximate",
                self._features.numbers[i],
                self._columns["population"],
                cell,
                number=count or 0,
            )
        return count


def _kind(cell: Cell) -> AreaKind:
    return AreaKind.FUNCTIONAL if plain(cell).lower() in _FUNCTIONAL else AreaKind.REGULAR


def _check(attributes: Attributes, columns: Mapping[str, str], ledger: Ledger, level: Level) -> None:
    seen: dict[str, list[int]] = {}
    for number, code, name in zip(attributes.numbers, attributes.codes, attributes.names, strict=True):
        if ledger.refused(number):
            continue
        if not code or not name:
            ledger.refuse("value_missing", number, columns["name" if code else "code"])
        seen.setdefault(code, []).append(number)
    for code, numbers in seen.items():
        if len(numbers) > 1 and code:
            for number in numbers:
                ledger.refuse("duplicate_in_file", number, columns["code"], code, times=len(numbers))
    unusual = sum(bool(code) and not (code.isdigit() and len(code) == level.code_digits) for code in seen)
    if unusual:
        ledger.note("code_unusual", column=columns["code"], count=unusual, digits=level.code_digits)


def _aliases(features: Features) -> dict[str, str]:
    columns: dict[str, str] = {}
    for field, names in headers.BOUNDARIES.items():
        by_name = {headers.normal(column): column for column in features.attributes}
        found = next((by_name[headers.normal(n)] for n in names if headers.normal(n) in by_name), None)
        if found is not None:
            columns[field] = found
    return columns


def _name_columns(features: Features, options: Mapping[str, str], ledger: Ledger) -> dict[str, str]:
    """Return the column of each field: by option, by a known header, else the likeliest one, with a note."""
    columns = _aliases(features)
    for field, guess, unknown, guessed in (
        ("code", _first_unique, "code_column_unknown", "code_column_guessed"),
        ("name", _first_text, "name_column_unknown", "name_column_guessed"),
    ):
        wanted = options.get(f"{field}_field")
        if wanted is not None:
            columns[field] = _existing(features, wanted)
        elif field not in columns:
            found = guess(features)
            if found is None:
                raise Refused(unknown, columns="、".join(features.attributes))
            columns[field] = found
            ledger.note(guessed, column=found)
    return columns


def _existing(features: Features, column: str) -> str:
    if column not in features.attributes:
        raise Refused("field_unknown", field=column, columns="、".join(features.attributes))
    return column


def _first_unique(features: Features) -> str | None:
    return next((name for name, cells in features.attributes.items() if _is_key(cells)), None)


def _is_key(cells: Sequence[Cell]) -> bool:
    return all(type(cell) in {str, int} for cell in cells) and len(set(cells)) == len(cells)


def _first_text(features: Features) -> str | None:
    """Return the first column of words: numbers kept as text name nothing."""
    words = (name for name, cells in features.attributes.items() if any(map(_is_word, cells)))
    return next(words, None)


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and any(letter.isalpha() for letter in cell)
