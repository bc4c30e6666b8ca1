"""Matters read column by column: rows with nothing unusual, each different cell of a column read once.

Cells are read by the very functions that read single rows (`data.intake.matters.reader`). A row of which any
of them has something to say, and every accusation, is left to be read on its own: both ways find the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar

import numpy as np

from data.intake.ledger import Ledger
from data.intake.matters.course import Days, due_on, read_stage, read_track
from data.intake.matters.reader import SINGLE, MatterReader
from data.intake.matters.steps import (
    ORDERS,
    STEP_DAYS,
    read_approver,
    read_extension_days,
    read_reason,
    read_tier,
)
from data.intake.personal.persons import is_person_number
from data.intake.tables import vocabulary as words
from data.intake.tables.rows import RowReader
from data.intake.tables.table import OpenTable, Row
from data.intake.tables.values import Cell, CellProblem, read_code
from data.writes.copying import NULL, copy_text, escape
from grid.datums import Datum
from grid.matters import Purpose, Track
from grid.places import PlaceRequest

Answer = TypeVar("Answer")
Read = Callable[[MatterReader, RowReader], Answer]
Cells = Mapping[str, Sequence[Cell]]
"""The cells of a block by field, one a row."""
_MOST_KEPT = 200_000
"""Answers of one column that are remembered."""
_PLAIN = frozenset({str, type(None), tuple})
_COURSE = ("registered_on", "accepted_on", "replied_on", "closed_on")
_DAYS = (*_COURSE, *STEP_DAYS, "extended_on")
_NO_EXTENSION = "\t".join([NULL] * 4)
_SURE_NUMBER = re.compile(r"[A-DF-NP-Z](?=[A-Z-]*[0-9])[A-DF-NP-Z0-9-]{1,39}")
"""A matter's number that stands as it is written: nothing to restore in it, and no person's."""
_SURE_DEGREES = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual rows of a block: where they stand in it, their matters as lines, and what tells their places.

    ``stated`` is the datum that each row gives itself.
    """

    at: list[int]
    lines: list[str]
    wheres: list[PlaceRequest]
    stated: list[Datum | None]


class MatterColumns:
    """Reads blocks of rows for a reader of single rows, which goes on counting what was filled in."""

    def __init__(self, reader: MatterReader, table: OpenTable, today: date) -> None:
        self._reader = reader
        self._table = table
        self._today = today
        self._filled: dict[str, dict[Cell, tuple[str, str]]] = defaultdict(dict)
        self._singles = {name: self._answers(field, _written(read)) for name, (field, read) in SINGLE.items()}
        self._days = {field: self._answers(field, _written(_day(field))) for field in _DAYS}
        self._unit = self._answers("unit", _written(lambda reader, row: reader.unit(row)))
        self._address = self._answers("address", lambda reader, row: reader.address(row))
        self._stated = self._answers("datum", lambda reader, row: row.word("datum", words.DATUMS) or "")
        self._code = self._answers("area_code", lambda reader, row: row.code("area_code"))
        self._tier = self._answers("backlog_tier", _written(lambda reader, row: read_tier(row)))
        self._length = self._answers("extension_days", lambda _, row: read_extension_days(row))
        self._approver = self._answers("extension_approver", lambda _, row: read_approver(row))
        self._reason = self._answers("extension_reason", lambda _, row: read_reason(row))
        self._courses: _Answers[str] = _Answers(self._course)
        self._dues: _Answers[str] = _Answers(_due)
        self._dates: _Answers[date] = _Answers(date.fromisoformat)

    def read(self, block: Sequence[Sequence[Cell]]) -> Usual:
        """Return the matters of the rows in a block that are usual; the others have to be read one by one."""
        cells, odd = self._by_field(block), _Odd()
        numbers = [_number(cell, row, odd) for row, cell in enumerate(cells["matter_no"])]
        days = {field: self._days[field].read(cells[field], odd) for field in _DAYS}
        for order in (_COURSE, *ORDERS):
            odd.update(_disordered([days[field] for field in order]))
        odd.update(row for row, day in enumerate(days["registered_on"]) if day == NULL)
        courses = self._courses.read(_course_keys(cells, days), odd)
        lengths = self._length.read(cells["extension_days"], odd)
        dues = self._dues.read(list(zip(courses, days["accepted_on"], lengths, strict=True)), odd)
        single = {name: self._singles[name].read(cells[SINGLE[name][0]], odd) for name in SINGLE}
        units = self._unit.read(cells["unit"], odd)
        summaries = [self._summary(cell, row, odd) for row, cell in enumerate(cells["summary"])]
        stated = [Datum(name) if name else None for name in self._stated.read(cells["datum"], odd)]
        wheres = self._wheres(cells, stated, days["registered_on"], odd)
        registered, accepted, replied, closed = (days[field] for field in _COURSE)
        # In the order of `data.writes.petitions.TOLD`; a course is three of them, an extension four.
        fields = (
            single["source"], numbers, courses, single["channel"], single["category"], registered, accepted,
            dues, replied, closed, single["is_repeat"], single["submissions"], single["heads"],
            single["is_backlog"], single["evaluation"], units, summaries,
            *(days[field] for field in STEP_DAYS), self._tier.read(cells["backlog_tier"], odd),
            self._extensions(cells, lengths, days["extended_on"], odd),
        )  # fmt: skip
        at = [row for row in range(len(block)) if row not in odd]
        self._count_filled(cells, at)
        rows = list(zip(*fields, strict=True))
        # Nothing is none but in odd rows.
        lines = ["\t".join(rows[row]) for row in at]
        return Usual(at, lines, [wheres[row] for row in at], [stated[row] for row in at])

    def _by_field(self, block: Sequence[Sequence[Cell]]) -> Cells:
        layout = self._table.layout
        columns = {} if layout is None else layout.fields
        width = max(columns.values(), default=-1) + 1
        if min(map(len, block)) < width:
            block = [[*row, *[None] * (width - len(row))] for row in block]
        absent = [None] * len(block)
        by_column = list(zip(*block))  # noqa: B905  rows may be longer than what is read of them
        cells: defaultdict[str, Sequence[Cell]] = defaultdict(lambda: absent)
        cells.update({field: by_column[column] for field, column in columns.items()})
        return cells

    def _extensions(
        self, cells: Cells, lengths: Sequence[int | None], days: Sequence[str | None], odd: _Odd
    ) -> list[str]:
        """Return extensions as fields; one that is not told of in full has to be read on its own."""
        approvers = self._approver.read(cells["extension_approver"], odd)
        reasons = self._reason.read(cells["extension_reason"], odd)
        found = []
        for row, (length, day, approver, reason) in enumerate(
            zip(lengths, days, approvers, reasons, strict=True)
        ):
            told = (bool(length), day != NULL, bool(approver), bool(reason))
            if any(told) and not all(told):
                odd.add(row)
            fields = f"{length}\t{day}\t{escape(approver or '')}\t{escape(reason or '')}"
            found.append(fields if all(told) else _NO_EXTENSION)
        return found

    def _wheres(
        self, cells: Cells, stated: Sequence[Datum | None], registered: Sequence[str | None], odd: _Odd
    ) -> list[PlaceRequest]:
        addresses = self._address.read(cells["address"], odd)
        lon, lat = (self._degrees(cells[field], odd) for field in ("lon", "lat"))
        datums = map(self._reader.datum, stated)
        codes = (code or None for code in self._code.read(cells["area_code"], odd))
        days = (None if row in odd else self._dates[day] for row, day in enumerate(registered))
        return list(map(PlaceRequest, map(str, addresses), lon, lat, datums, codes, days))

    def _answers(self, field: str, read: Read[Answer]) -> _Answers[Answer]:
        return _Answers(lambda cell: self._ask({field: cell}, field, read))

    def _ask(self, cells: Mapping[str, Cell], field: str, read: Read[Answer]) -> Answer | None:
        """Return what a row of these cells alone says, none where there is anything to be said of them."""
        ledger = Ledger()
        probe = self._reader.aside(ledger)
        answer = read(probe, RowReader(Row(1, cells, {}), self._table, ledger, self._today))
        if not ledger.is_empty or probe.blanked:
            return None
        for filled in probe.defaulted:
            self._filled[field][cells.get(field)] = filled
        return answer

    def _course(self, key: tuple[Any, ...]) -> str | None:
        """Return purpose, track and stage as fields of a line; none for an accusation."""
        purpose_cell, track_cell, stage_cell, *given = key
        days = Days(self._today, *(self._today if one else None for one in given))

        def read(reader: MatterReader, row: RowReader) -> str | None:
            purpose = reader.purpose(row)
            if purpose is None or purpose is Purpose.ACCUSATION:
                return None
            return "\t".join((purpose, read_track(row, purpose), read_stage(row, days)))

        cells = {"purpose": purpose_cell, "track": track_cell, "stage": stage_cell}
        return self._ask(cells, "purpose", read)

    def _summary(self, cell: Cell, row: int, odd: _Odd) -> str | None:
        if cell is None or cell == "":
            return ""
        summary = self._ask({"summary": cell}, "summary", lambda reader, row: reader.summary(row))
        if summary is None:
            odd.add(row)
            return None
        return escape(summary)

    def _degrees(self, column: Sequence[Cell], odd: _Odd) -> list[float | None]:
        degrees: list[float | None] = []
        for row, cell in enumerate(column):
            if cell is None or cell == "":
                degrees.append(None)
            elif type(cell) is str and _SURE_DEGREES.fullmatch(cell):
                degrees.append(float(cell))
            else:
                said = self._ask({"lon": cell}, "lon", lambda _, row: (row.degrees("lon"),))
                degrees.append(None if said is None else said[0])
                if said is None:
                    odd.add(row)
        return degrees

    def _count_filled(self, cells: Cells, at: Sequence[int]) -> None:
        """Count the cells of usual rows that were filled in by default."""
        for field, filled in self._filled.items():
            column = cells[field]
            for cell, count in Counter(column[row] for row in at).items():
                if (key := filled.get(cell)) is not None:
                    self._reader.defaulted[key] += count


class _Odd(set[int]):
    """Rows of a block that have to be read on their own."""


class _Typed(NamedTuple):
    """A cell that is no text, as a key: 1, 1.0 and true are not the same to a reader."""

    kind: type
    cell: Cell


class _Answers(dict[Any, Answer | None]):
    """What the cells of one column say, each asked once; none where it has to be asked row by row."""

    def __init__(self, ask: Callable[[Any], Answer | None]) -> None:
        super().__init__()
        self._ask = ask
        self._any_none = False

    def __missing__(self, key: Any) -> Answer | None:
        if len(self) >= _MOST_KEPT:
            self.clear()
        answer = self[key] = self._ask(key.cell if isinstance(key, _Typed) else key)
        self._any_none |= answer is None
        return answer

    def read(self, column: Sequence[Any], odd: _Odd) -> list[Answer | None]:
        """Return the answers to a column's cells and mark the rows without one."""
        if not set(map(type, column)) <= _PLAIN:
            column = [cell if type(cell) in _PLAIN else _Typed(type(cell), cell) for cell in column]
        answers = list(map(self.__getitem__, column))
        if self._any_none and None in answers:
            odd.update(row for row, answer in enumerate(answers) if answer is None)
        return answers


def _number(cell: Cell, row: int, odd: _Odd) -> str | None:
    if type(cell) is str and _SURE_NUMBER.fullmatch(cell):
        return cell
    try:
        number, restored = read_code(cell)
    except CellProblem:
        number, restored = "", True
    if not number or restored or is_person_number(number):
        odd.add(row)
        return None
    return escape(number)


def _written(read: Callable[[MatterReader, RowReader], Any]) -> Read[str]:
    return lambda reader, row: copy_text(read(reader, row))


def _day(field: str) -> Read[date | None]:
    return lambda _, row: row.day(field)


def _course_keys(cells: Cells, days: Mapping[str, Sequence[str | None]]) -> list[tuple[Any, ...]]:
    given = ([day != NULL for day in days[field]] for field in _COURSE[1:])
    return list(zip(cells["purpose"], cells["track"], cells["stage"], *given, strict=True))


def _due(key: tuple[str | None, str | None, int | None]) -> str:
    """Return the due day of a course from its day of acceptance and the days of an extension."""
    course, accepted, extension = key
    if course is None or accepted is None or accepted == NULL or extension is None:
        return NULL
    purpose, track, _ = course.split("\t")
    return copy_text(due_on(Purpose(purpose), Track(track), date.fromisoformat(accepted), extension))


def _disordered(days: Sequence[Sequence[str | None]]) -> list[int]:
    """Return the rows with a day before an earlier one."""
    # ISO days compare as texts; one that is not given is as early as possible, and never the latest.
    known = np.array([["" if day is None or day == NULL else day for day in column] for column in days])
    bad = np.zeros(known.shape[1], dtype=bool)
    latest = known[0]
    for later in known[1:]:
        bad |= (later != "") & (later < latest)
        latest = np.where(later > latest, later, latest)
    return np.flatnonzero(bad).tolist()
