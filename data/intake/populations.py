"""Populations: how many people live in an area on a day, written to the areas in force."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from data.intake.areas import AreaBook
from data.intake.tables import profiles
from data.intake.tables import vocabulary as words
from data.intake.tables.rows import RowReader
from data.intake.tables.table import Row, Table
from data.intake.tables.totals import TotalRow
from data.intake.tables.values import CellProblem, read_count, read_day, read_number
from data.intake.task import Task
from data.writes import populations as writes
from grid.areas import Area, Level
from grid.findings import ImportKind
from grid.inspection import Question
from grid.refusals import Refused

OPTIONS = profiles.OPTIONS | {"as_of"}
_NAMES: tuple[tuple[str, Level], ...] = (
    ("village", Level.VILLAGE),
    ("town", Level.TOWN),
    ("county", Level.COUNTY),
)
_SUFFIX = re.compile(r"(街道办事处|街道|社区居民委员会|村民委员会|居委会|村委会|社区|新区|[县市区镇乡村])$")
_IN_TEN_THOUSANDS = re.compile(r"万")
_DAY_IN_TITLE = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")


@dataclass(frozen=True, slots=True)
class _Count:
    """One row read: an area's population on a day."""

    row: RowReader
    area: Area
    population: int
    day: date


def import_populations(task: Task) -> None:
    """Import populations; an older count never overwrites a newer one."""
    task.progress("reading", 0, None)
    table = profiles.read_task_table(task, ImportKind.POPULATIONS, fill=("county", "town"))
    reader = _Reader(AreaBook.load(task.session), table, _ask_day(task, table))
    counts = [reader.read(RowReader(row, table, task.ledger, task.today)) for row in table.rows]
    once = _each_once([count for count in counts if count is not None])
    _check_totals(task, table, reader)
    task.progress("writing", 0, len(once))
    rows = [writes.Population(c.area.id, c.population, c.day, c.row.number) for c in once]
    written = writes.write_populations(task.session, rows)
    by_row = {count.row.number: count.row for count in once}
    for number, day in written.older.items():
        by_row[number].note("population_older", "as_of", day=day.isoformat())
    profiles.keep_table(task, table)
    task.ledger.figures |= {
        "populations": len(written.changed),
        "unchanged": written.unchanged,
        "populations_older": len(written.older),
    }


def _ask_day(task: Task, table: Table) -> date | None:
    """Return the day that holds for rows without one; asks for it where the table has no such column."""
    if not table.rows or "as_of" in table.header:
        return task.day_option("as_of")
    stated = next((found for text in table.above if (found := _DAY_IN_TITLE.search(text))), None)
    proposed = "" if stated is None else _day_of(stated.group(), task.today)
    task.inquiry.ask(Question("as_of", "population_day", proposed=proposed))
    day = task.day_option("as_of")
    if day is not None and day > task.today:
        raise Refused("option_unreadable", option="as_of")
    return day


def _day_of(text: str, today: date) -> str:
    try:
        day = read_day(text, today)
    except CellProblem:
        return ""
    return "" if day is None else day.isoformat()


class _Reader:
    """Reads rows into counts of areas."""

    def __init__(self, areas: AreaBook, table: Table, day: date | None) -> None:
        self._areas = areas
        self._day = day
        self._has_days = "as_of" in table.header
        self._factor = 10_000 if _IN_TEN_THOUSANDS.search(table.header.get("population", "")) else 1
        self.by_row: dict[int, tuple[Level, int]] = {}

    def read(self, row: RowReader) -> _Count | None:
        """Return the count of a row, none where it is refused or its area is not certain."""
        population = self._population(row)
        day = row.day("as_of") or self._day
        if day is None and self._has_days and not row.refused:
            row.refuse("value_missing", "as_of")
        area = None if row.refused else self._area(row)
        if area is None or population is None:
            return None
        self.by_row[row.number] = area.level, population
        # Without a day nothing is written: the question is open and an import refuses itself.
        return None if row.refused or day is None else _Count(row, area, population, day)

    def in_unit(self, population: int) -> float:
        """Return a number of people in the unit that the table is written in."""
        return population if self._factor == 1 else round(population / self._factor, 4)

    def _population(self, row: RowReader) -> int | None:
        if self._factor == 1:
            population = row.count("population")
        else:
            number = row.decimal("population")
            population = None if number is None else round(number * self._factor)
            if number is not None and number < 0:
                row.refuse("count_unreadable", "population")
        if population is None and not row.refused:
            row.refuse("value_missing", "population")
        return population

    def _area(self, row: RowReader) -> Area | None:
        code, level = row.code("area_code"), row.word("level", words.LEVELS)
        if row.refused:
            return None
        area = self._areas.by_code(code, level) if code else self._by_names(row, level)
        if area is None:
            row.refuse("area_unknown", "area_code" if code else _deepest(row))
            return None
        said = row.text("name") or row.text(_deepest(row))
        if code and said and not _same(said, area.name):
            row.review("population_area_unclear", "area_code", name=area.name, said=said)
            return None
        return area

    def _by_names(self, row: RowReader, level: Level | None) -> Area | None:
        """Return the one area of the names in a row; a name that fits areas of two levels is none."""
        names = [(each, row.text(field)) for field, each in _NAMES if row.text(field)]
        single = row.text("name")
        if single:
            wider = [name for each, name in names if level is None or each is not level]
            levels = (level,) if level else (Level.VILLAGE, Level.TOWN, Level.COUNTY, Level.CITY)
            found = [area for each in levels if (area := self._areas.by_names(each, single, *wider))]
            return found[0] if len(found) == 1 else None
        if not names:
            return None
        finest, name = names[0]
        return self._areas.by_names(finest, name, *(wider for _, wider in names[1:]))


def _deepest(row: RowReader) -> str:
    """Return the field of the narrowest name that a row gives."""
    if row.text("name"):
        return "name"
    return next((field for field, _ in _NAMES if row.text(field)), "name")


def _same(said: str, name: str) -> bool:
    """Return whether a file's name is an area's: in full, with wider names before it, or without its kind."""
    said = re.sub(r"\s+", "", said)
    return said.endswith(name) or _SUFFIX.sub("", said) == _SUFFIX.sub("", name)


def _each_once(counts: Sequence[_Count]) -> list[_Count]:
    """Return the counts of areas that are counted once; two of one area that differ are both refused."""
    by_area: dict[int, list[_Count]] = defaultdict(list)
    for count in counts:
        by_area[count.area.id].append(count)
    once = []
    for same in by_area.values():
        if len({(count.population, count.day) for count in same}) > 1:
            for count in same:
                count.row.refuse("duplicate_in_file", "area_code", times=len(same))
            continue
        once.append(same[0])
        for count in same[1:]:
            count.row.note("duplicate_identical", "area_code", first_row=same[0].row.number)
    return once


def _check_totals(task: Task, table: Table, reader: _Reader) -> None:
    """Compare what total rows state with the sums of each level: a table may list towns under counties."""
    begun = 0
    for total in table.totals:
        stated = _stated(total)
        upto = total.after or len(table.rows)
        rows = table.rows[begun:upto] if total.partial else table.rows[:upto]
        sums = _sums(rows, reader)
        if stated is not None and sums and stated not in sums:
            task.ledger.review(
                "column_total_differs",
                total.number,
                table.header["population"],
                stated=stated,
                summed=max(sums),
            )
        begun = upto if total.partial else begun


def _stated(total: TotalRow) -> float | None:
    cell = total.cells.get("population")
    try:
        return read_count(cell)[0]
    except CellProblem:
        pass
    try:
        return read_number(cell)
    except CellProblem:
        return None


def _sums(rows: Iterable[Row], reader: _Reader) -> set[float]:
    """Return the sum of every level, and of all rows; in the unit of the table."""
    sums: dict[Level | None, int] = defaultdict(int)
    for row in rows:
        if row.number in reader.by_row:
            level, population = reader.by_row[row.number]
            sums[level] += population
            sums[None] += population
    return {reader.in_unit(each) for each in sums.values()}
