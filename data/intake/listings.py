"""Listings 挂牌: a unit's state, rank and score in a quarter."""

from __future__ import annotations

from data.intake.personal.persons import redact
from data.intake.tables import values
from data.intake.tables import vocabulary as words
from data.intake.tables.profiles import OPTIONS, keep_table, read_task_table
from data.intake.tables.rows import RowReader
from data.intake.task import Task
from data.intake.units import UnitBook
from data.writes.listings import ListingRow, made_here, write_listings
from data.writes.units import UnitRow
from grid.areas import Level
from grid.findings import ImportKind
from grid.listings import IN_FORCE, Quarter
from grid.refusals import Refused

__all__ = ["OPTIONS", "import_listings"]


def import_listings(task: Task) -> None:
    """Import listings; a unit's listing of a quarter is updated in place."""
    task.progress("reading", 0, None)
    table = read_task_table(task, ImportKind.LISTINGS)
    reader = _ListingReader(task, UnitBook.load(task.session))
    for row in table.rows:
        reader.read(RowReader(row, table, task.ledger, task.today))
    task.progress("writing", 0, len(reader.listings))
    write_listings(task.session, task.batch_id, list(reader.listings.values()))
    keep_table(task, table)
    task.ledger.figures |= {
        "listings": len(reader.listings),
        "quarters": len({q for _, q in reader.listings}),
    }


class _ListingReader:
    """Collects listings by unit and quarter."""

    def __init__(self, task: Task, units: UnitBook) -> None:
        self._task = task
        self._units = units
        self._made_here = made_here(task.session)
        self.listings: dict[tuple[int, str], ListingRow] = {}

    def read(self, row: RowReader) -> None:
        """Read one row; a department that is new is made."""
        quarter = _quarter(row)
        state = row.word("state", words.LISTING_STATES)
        if state is None and not row.refused:
            row.refuse("value_missing", "state")
        rank, score = row.count("rank"), row.number_or_review("score")
        reason, listed_on, approver = (
            redact(row.text("reason", read=values.sentence))[0],
            row.day("listed_on"),
            row.text("approver", 60),
        )
        unit = None if row.refused else self._unit(row)
        if unit is None or state is None or quarter is None:
            return
        if state in IN_FORCE and not approver:
            row.review("approver_missing", "approver")
        key = unit.id, str(quarter)
        if key in self._made_here:
            row.refuse("listing_made_here", "unit")
            return
        if key in self.listings:
            row.refuse("duplicate_in_file", "unit", times=2)
            return
        self.listings[key] = ListingRow(*key, state, rank, score, reason, listed_on, approver)

    def _unit(self, row: RowReader) -> UnitRow | None:
        """Return the unit by its area's code, else by its name; without a code a department may be new."""
        name, code = row.required_text("unit"), row.code("area_code")
        level = row.word("level", words.LEVELS)
        if row.refused:
            return None
        levels = (Level.COUNTY, Level.TOWN) if level is None else (level,)
        unit = next((found for each in levels if (found := self._units.of_area(each, code))), None)
        if unit is not None and unit.name != name:
            row.review("code_and_name_differ", "unit", name=unit.name)
        if unit is None and not code:
            unit = self._units.find(name) or (
                self._units.department(self._task.session, name) if level is None else None
            )
        if unit is None:
            row.refuse("area_unknown", "area_code" if code else "unit")
        return unit


def _quarter(row: RowReader) -> Quarter | None:
    text = row.required_text("quarter")
    try:
        return Quarter.parse(text) if text else None
    except Refused:
        row.refuse("quarter_unreadable", "quarter")
        return None
