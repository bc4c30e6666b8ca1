"""The register (台账): which matters are listed one by one, and what is said of each; never a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grid.assisting import AssistTold
from grid.clocks.counts import ClockQuestion
from grid.clocks.records import ClockRecord
from grid.clocks.states import clock_state
from grid.matters import SETTLED_STAGES, Category, Channel, Evaluation, Purpose, Stage, Track
from grid.places import Granularity, PlaceStatus
from grid.refusals import Refused

PAGE_ROWS = 50
MOST_EXPORTED = 50_000
"""Rows of one workbook: more is no list that anyone reads, and ties up a server for long."""
LONGEST_NUMBER = 64
_LAST_PAGE = 1_000_000


class RegisterClock(StrEnum):
    """How a matter stands towards its 办结 clock; every matter has exactly one of these."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RUNNING = "running"
    NOT_STARTED = "not_started"
    """Open without a due day: not accepted yet, or the clock does not apply."""
    STOPPED_IN_TIME = "stopped_in_time"
    STOPPED_LATE = "stopped_late"
    UNTIMED = "untimed"
    """Settled without a due day or without a day of settlement: nobody can say whether in time."""


class SortColumn(StrEnum):
    """Columns that the register can be ordered by."""

    NUMBER = "number"
    REGISTERED = "registered"
    CATEGORY = "category"
    CHANNEL = "channel"
    STAGE = "stage"
    PLACE = "place"
    UNIT = "unit"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """Which matters, in which order, and which page of them; both days included, none for no limit.

    ``number`` is how a matter's number begins, empty for any; ``area`` the id of the area that its accepted
    place lies in; ``due`` asks for those any of whose clocks stands so, as ``ClockCounts`` counts them.
    Accusations are never among the answers.
    """

    clock: RegisterClock | None = None
    category: Category | None = None
    channel: Channel | None = None
    stage: Stage | None = None
    number: str = ""
    since: date | None = None
    until: date | None = None
    sort: SortColumn = SortColumn.REGISTERED
    descending: bool = True
    page: int = 1
    area: int | None = None
    due: ClockQuestion | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise Refused("period_reversed", since=self.since.isoformat(), until=self.until.isoformat())
        if len(self.number) > LONGEST_NUMBER or not self.number.isprintable():
            raise Refused("number_unreadable", longest=LONGEST_NUMBER)
        if not 1 <= self.page <= _LAST_PAGE:
            raise Refused("register_page_unknown")

    def filters(self) -> dict[str, str]:
        """Return what is asked for by name, for the audit; ``number`` is as it was typed."""
        asked = {
            "clock": self.clock,
            "category": self.category,
            "channel": self.channel,
            "stage": self.stage,
            "number": self.number,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "area": self.area,
            "due": self.due,
        }
        return {name: str(value) for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One matter of the register; ``place`` names its county, town and village as far as they are known.

    ``settled_on`` is the day of the reply, else of closing; ``days_left`` is none for what is not open or not
    due on a day, negative when overdue.
    """

    id: int
    matter_no: str
    category: Category
    channel: Channel
    stage: Stage
    registered_on: date
    due_on: date | None
    settled_on: date | None
    clock: RegisterClock
    days_left: int | None
    is_repeat: bool
    place: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of the register as of a day.

    ``total`` counts all that the question asks for, ``by_clock`` the same without its clock; ``accusations``
    is the whole city's count in the question's period, for the petition bureau only.
    """

    rows: tuple[RegisterRow, ...]
    total: int
    by_clock: dict[RegisterClock, int]
    on: date
    accusations: int | None = None

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True, slots=True)
class MatterDetail:
    """One matter in full; ``path`` names its areas down to the grid, ``functional`` the zone laid over them.

    ``recused`` are the logins that it is kept from, for the petition bureau only; ``clocks`` are all
    that have run; ``notes`` are what grid workers did about it, the newest last.
    """

    row: RegisterRow
    purpose: Purpose
    track: Track
    accepted_on: date | None
    replied_on: date | None
    closed_on: date | None
    submissions: int
    is_backlog: bool
    evaluation: Evaluation | None
    address: str
    path: tuple[str, ...]
    functional: str
    place_status: PlaceStatus | None
    granularity: Granularity | None
    recused: tuple[str, ...] | None = None
    clocks: ClockRecord | None = None
    notes: tuple[AssistTold, ...] = ()


def register_clock(due: date | None, settled: date | None, stage: Stage, on: date) -> RegisterClock:
    """Return how a matter stands on a day; without a day of settlement its stage says whether it is open."""
    is_open = settled > on if settled is not None else stage not in SETTLED_STAGES
    if is_open:
        return RegisterClock.NOT_STARTED if due is None else RegisterClock(clock_state(due, None, on))
    if due is None or settled is None:
        return RegisterClock.UNTIMED
    return RegisterClock(clock_state(due, settled, on))
