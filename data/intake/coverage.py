"""Coverage: the annex 包片安排表 becomes a published plan; whose a blank cell is, it asks."""

from __future__ import annotations

from pathlib import PurePath

from data.export.sheets import unguard_text
from data.intake import annex
from data.intake.annex import LeaderText
from data.intake.tables import profiles
from data.intake.tables.rows import RowReader
from data.intake.tables.table import Table
from data.intake.tables.totals import TotalRow
from data.intake.tables.values import CellProblem, read_count
from data.intake.tables.vocabulary import ASSIGNMENT_KINDS
from data.intake.task import Task
from data.intake.units import UnitBook, looks_like_area
from data.writes import coverage as writes
from data.writes.units import UnitRow
from grid.coverage import Assignment, AssignmentKind
from grid.findings import ImportKind
from grid.planning.standing import LOADING
from grid.refusals import Refused

OPTIONS = profiles.OPTIONS | {"valid_from", "name", "leader_row_"}
_ANSWER = "leader_row_{}"


def import_coverage(task: Task) -> None:
    """Import an annex; raises ``Refused`` where it is no such table or an answer names no row or leader."""
    task.progress("reading", 0, None)
    table = profiles.read_task_table(task, ImportKind.COVERAGE, fill=("leader", "post"))
    _check_answers(task, table)
    reader = _AnnexReader(task, UnitBook.load(task.session))
    for row in table.rows:
        reader.read(RowReader(row, table, task.ledger, task.today))
    _check_total(task, table, reader.cases)
    profiles.keep_table(task, table)
    if not reader.assignments:
        return
    valid_from = task.day_option("valid_from") or task.today
    title = unguard_text(next(iter(table.above), PurePath(task.file_name).stem))
    name = task.options.get("name") or title
    task.progress("writing", 0, len(reader.assignments))
    head = writes.PlanHead(task.batch_id, name[:200], valid_from, task.principal_id)
    before = writes.publish_plan(task.session, head, reader.assignments)
    if before is not None:
        task.ledger.note("plan_replaced", since=before.isoformat(), day=valid_from.isoformat())
    task.ledger.figures |= {
        "rows": len(table.rows),
        "cases": reader.cases,
        "cases_on_map": reader.cases_on_map,
        "cases_departments": reader.cases - reader.cases_on_map,
        "leaders": reader.leaders,
    }


def _check_answers(task: Task, table: Table) -> None:
    numbers = {row.number for row in table.rows}
    for option in task.options:
        if option.startswith("leader_row_") and int(option.removeprefix("leader_row_")) not in numbers:
            raise Refused("answer_row_unknown", row=option.removeprefix("leader_row_"))


class _AnnexReader:
    """Reads the rows of an annex into assignments, and adds up their cases."""

    def __init__(self, task: Task, units: UnitBook) -> None:
        self._task = task
        self._units = units
        self._known = writes.read_leaders(task.session)
        self._leader_ids: dict[LeaderText, int] = {}
        self._given: set[tuple[int, int | None, AssignmentKind]] = set()
        self.assignments: list[Assignment] = []
        self.cases = 0
        self.cases_on_map = 0

    @property
    def leaders(self) -> int:
        """How many leaders the annex names."""
        return len(set(self._leader_ids.values()))

    def read(self, row: RowReader) -> None:
        """Read one row: whose it is, which unit, how many cases."""
        cases, kind = row.count("cases"), row.word("kind", ASSIGNMENT_KINDS)
        unit_text = unguard_text(row.required_text("unit"))
        if row.refused:
            return
        leader_id = self._leader(row)
        # Who says how a unit is answered for means a unit; without it, a row of no count may be a remark.
        unit = self._unit(row, unit_text, is_meant=cases is not None or kind is not None)
        if cases is None:
            row.note("no_count", "unit")
        if unit is None:
            return
        given = unit.id, leader_id, kind or AssignmentKind.LEAD
        if given in self._given:
            row.refuse("duplicate_in_file", "unit", times=2)
            return
        self._given.add(given)
        self.assignments.append(Assignment(*given, cases))
        if given[2] not in LOADING:
            return
        self.cases += cases or 0
        self.cases_on_map += (cases or 0) if unit.area_id is not None else 0

    def _leader(self, row: RowReader) -> int | None:
        answer = self._task.options.get(_ANSWER.format(row.number))
        cell, post = (unguard_text(row.text(field)) for field in ("leader", "post"))
        if answer is not None:
            return self._answered(row, answer)
        if not cell and not post:
            row.review("leader_missing", "leader", unit=row.text("unit"), row_number=row.number)
            return None
        leader = annex.read_leader(cell, post)
        if leader is None:
            row.review("leader_unclear", "leader", row_number=row.number)
            return None
        if leader.name is None:
            row.note("post_without_name", "leader", post=leader.post)
        return self._id_of(leader)

    def _answered(self, row: RowReader, answer: str) -> int:
        """Return the leader that an answer names: by name or post one of the city's, else a new one."""
        known = [i for i, post, name in self._known if answer in {name, post if name is None else None}]
        known += [i for text, i in self._leader_ids.items() if answer in {text.name, text.name or text.post}]
        if len(set(known)) == 1:
            row.note("leader_answered", "leader", answer=answer)
            return known[0]
        leader = annex.read_leader(answer)
        if leader is None or known:
            raise Refused("answer_unclear", row=row.number, answer=answer)
        row.note("leader_answered", "leader", answer=answer)
        return self._id_of(leader)

    def _id_of(self, leader: LeaderText) -> int:
        if leader not in self._leader_ids:
            self._leader_ids[leader] = self._find_or_create(leader)
        return self._leader_ids[leader]

    def _find_or_create(self, leader: LeaderText) -> int:
        if not leader.post:
            # A name without a post is the leader of that name whom the city knows, if there is one only.
            named = [i for i, _, name in self._known if name == leader.name]
            if len(named) == 1:
                return named[0]
        post = leader.post or annex.UNSTATED_POST
        return writes.find_or_create_leader(self._task.session, post, leader.name)

    def _unit(self, row: RowReader, text: str, *, is_meant: bool) -> UnitRow | None:
        unit = self._units.find(text)
        if unit is None and looks_like_area(text):
            row.refuse("area_unknown", "unit")
        elif unit is None and is_meant:
            unit = self._units.department(self._task.session, text)
        elif unit is not None and unit.functional:
            row.note("functional_area", "unit", name=unit.name)
        return unit


def _check_total(task: Task, table: Table, cases: int) -> None:
    """Compare the sum with the number that the title or a total row states."""
    stated = annex.stated_total(table.above)
    if stated is None:
        whole = (_total_of(row) for row in table.totals if not row.partial)
        stated = next((total for total in whole if total is not None), None)
    if stated is None:
        task.ledger.note("total_not_stated", cases=cases)
    elif stated == cases:
        task.ledger.note("total_checked", stated=stated, cases=cases)
    else:
        task.ledger.review("total_differs", stated=stated, cases=cases)


def _total_of(row: TotalRow) -> int | None:
    try:
        return read_count(row.cells.get("cases"))[0]
    except CellProblem:
        return None
