"""The register of supervision (督办台账): which cases are asked for, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from grid.clocks.states import ClockState
from grid.matters import Category
from grid.refusals import Refused
from grid.supervision.cases import CaseState
from grid.supervision.procedures import Procedure

PAGE_ROWS = 50
DUE_WITHIN = (0, 3, 7)
"""Days within which a next step may be asked to be due."""
LAST_PAGE = 100_000


class Standing(StrEnum):
    """How a case stands, as the register counts it."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SupervisionQuestion:
    """Which cases; none for no limit. Cases that ended are listed only where they are asked for.

    Raises
    ------
    Refused
        ``supervision_page_unknown`` or ``supervision_due_unknown``.
    """

    procedure: str | None = None
    standing: Standing | None = None
    unit_id: int | None = None
    due_within: int | None = None
    page: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.page <= LAST_PAGE:
            raise Refused("supervision_page_unknown")
        if self.due_within is not None and self.due_within not in DUE_WITHIN:
            raise Refused("supervision_due_unknown")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list. ``matter_no`` is empty for who may not read it; of a leader the post alone."""

    id: int
    matter_no: str
    category: Category | None
    unit_id: int | None
    unit: str
    leader_post: str
    reason: str
    outcome: str
    is_automatic: bool
    state: CaseState

    @property
    def procedure(self) -> Procedure:
        """The procedure, in the version that the case began with."""
        return self.state.case.procedure

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return standing_of(self.state)


@dataclass(frozen=True, slots=True)
class StandingCounts:
    """Open cases by how they stand."""

    overdue: int = 0
    due_soon: int = 0
    running: int = 0

    @property
    def open(self) -> int:
        """All open ones."""
        return self.overdue + self.due_soon + self.running


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases on a day, with the open ones counted by procedure before any other filter.

    ``by_standing`` counts what the question's procedure, unit and due day leave, ``ended`` the rest of them.
    """

    rows: tuple[CaseRow, ...]
    total: int
    by_procedure: dict[str, StandingCounts]
    by_standing: StandingCounts
    ended: int
    on: date

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit or a leader that a case may be about: id, and name or post."""

    id: int
    name: str
    is_department: bool = False


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case as somebody opens it; ``leader_id`` or ``all_leaders`` for a leader's, no person otherwise."""

    procedure: str
    matter_no: str = ""
    unit_id: int | None = None
    leader_id: int | None = None
    all_leaders: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepAsked:
    """A step as somebody hands it in; ``turn`` as they saw it, so that a second click changes nothing."""

    case_id: int
    step: str
    turn: int
    official: str = ""
    words: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class EndAsked:
    """A case to be ended, or withdrawn as opened by mistake; ``outcome`` says with what."""

    case_id: int
    outcome: str
    withdrawn: bool = False


def standing_of(state: CaseState) -> Standing:
    """Return how a case stands."""
    if state.case.ended_on is not None:
        return Standing.ENDED
    by_state = {ClockState.OVERDUE: Standing.OVERDUE, ClockState.DUE_SOON: Standing.DUE_SOON}
    return by_state.get(state.state, Standing.RUNNING)


def counted(states: Iterable[Standing]) -> StandingCounts:
    """Return how many of the open ones stand how."""
    seen = list(states)
    return StandingCounts(*(seen.count(one) for one in list(Standing)[:3]))


def page_of(open_rows: Sequence[CaseRow], question: SupervisionQuestion, ended: int, on: date) -> CasePage:
    """Return a page of open cases, what is due first on top; ``ended`` is how many fit that ended.

    For a question about those that ended the rows are left empty: they are read by the page.
    """
    by_procedure: dict[str, list[Standing]] = {}
    for row in open_rows:
        by_procedure.setdefault(row.procedure.code, []).append(row.standing)
    fitting = [row for row in open_rows if _fits(row, question, on)]
    wanted = [row for row in fitting if question.standing in {None, row.standing}]
    wanted.sort(key=_urgency)
    first = (question.page - 1) * PAGE_ROWS
    return CasePage(
        tuple(wanted[first : first + PAGE_ROWS]),
        len(wanted),
        {code: counted(each) for code, each in by_procedure.items()},
        counted(row.standing for row in fitting),
        ended,
        on,
    )


def _fits(row: CaseRow, question: SupervisionQuestion, on: date) -> bool:
    if question.procedure not in {None, row.procedure.code}:
        return False
    if question.unit_id not in {None, row.unit_id}:
        return False
    if question.due_within is None:
        return True
    following = row.state.next
    due = following.due_on if following else None
    return due is not None and on <= due <= on + timedelta(days=question.due_within)


def _urgency(row: CaseRow) -> tuple[date, int]:
    following = row.state.next
    return (following.due_on if following and following.due_on else date.max, row.id)
