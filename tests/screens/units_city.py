"""Units behind a fake desk: counties, towns and a department with figures, a frozen quarter, one listing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from grid.areas import Level
from grid.clocks.counts import ClockCounts
from grid.clocks.states import ClockState
from grid.indicators.cohorts import CohortMatter, CohortPage
from grid.indicators.definitions import definition, in_force, versions_of
from grid.indicators.figures import Figure, Standing, Subject, SubjectFigures
from grid.indicators.wilson import wilson
from grid.league import League, LeagueQuestion, LeagueView, shown_rows
from grid.listings import ListingState, Quarter, StepKind
from grid.matters import Category, Stage
from grid.principals import Role
from grid.rectification.criteria import Evidence
from grid.rectification.ranking import Ranking, Told, rank
from grid.rectification.records import ListingRecord
from grid.rectification.schemes import Criterion, CriterionKind, default_scheme
from grid.rectification.steps import StepAsked, StepTaken, next_steps
from grid.rectification.terms import ListingDue
from grid.refusals import Refused
from grid.unit_card import FigureQuestion, ListingLife, OpenedFigure, UnitCard
from tests.screens.unit_maps_city import FakeUnitMaps

TODAY = date(2026, 11, 20)
NOW, BEFORE = Quarter(2026, 4), Quarter(2026, 3)
NASTY = "=HYPERLINK(1)"
CHECKSUM = "c0ffee" + "0" * 58
LEADER = "副市长 陆听澜"
NAMES = ("澜港区", "云栎市", "松涤县", NASTY)


def _subject(number: int) -> Subject:
    if number == 99:
        return Subject(99, None, None, "市住建局", "d99", None)
    level = Level.COUNTY if number < 4 else Level.TOWN
    name = NAMES[number] if number < len(NAMES) else f"第{number}镇"
    return Subject(number + 1, 1000 + number, None, name, f"9901{number:02d}", level)


SUBJECTS = tuple(_subject(number) for number in (*range(70), 99))


@cache
def figures_of(number: int, *, n: int = 40) -> SubjectFigures:
    """Figures of a unit: the higher its number, the better; the third has too few, the fourth has none."""
    count = {2: 7, 3: 0}.get(number, n)
    met = count - max(0, 12 - number // 4) if count else 0
    found = []
    for one in in_force():
        standing = Standing.NO_DATA if not count else Standing.TOO_FEW if count < 20 else (
            Standing.NO_TARGET if one.target is None else Standing.MET if met >= one.target * count
            else Standing.MISSED
        )  # fmt: skip
        numerator = max(0, min(count, met))
        interval = wilson(numerator, count) if count else None
        found.append(
            Figure(one.code, one.version, numerator, count, standing, interval, one.target, 0.5, None)
        )
    return SubjectFigures(_subject(number), tuple(found))


@cache
def ranking(quarter: Quarter, *, frozen: bool, with_visits: bool = False) -> Ranking:
    scheme = replace(default_scheme(), with_visits=with_visits)
    told = []
    for number in (*range(70), 99):
        found = figures_of(number)
        counts = {one.indicator: (one.numerator, one.denominator) for one in found.figures}
        told.append(Told(found.subject, counts, found))
    rows = rank(scheme, told)
    changed = (replace(row, previous_rank=row.rank and row.rank + 2) for row in rows)
    listed = tuple(
        replace(row, listing=ListingState.RECTIFYING) if row.subject.unit_id == 1 else row for row in changed
    )
    live = Ranking(quarter, TODAY, scheme, listed)
    if not frozen:
        return live
    at = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
    return replace(live, revision=2, checksum=CHECKSUM, snapshot_id=1, taken_at=at, taken_by="worker")


def listing(state: ListingState = ListingState.RECTIFYING) -> ListingRecord:
    evidence = Evidence(Criterion(CriterionKind.SCORE_BELOW, Decimal(75)), Decimal("71.25"), 60)
    steps = (
        StepTaken(StepKind.PROPOSE, date(2026, 10, 9)),
        StepTaken(StepKind.LIST, date(2026, 10, 15), "市委副书记"),
        StepTaken(StepKind.EXPLAIN, date(2026, 11, 2), "", "<b>书面说明</b>"),
    )
    due = ListingDue(StepKind.REPORT, date(2026, 11, 10), None, ClockState.OVERDUE, -10)
    return ListingRecord(
        listing_id=7,
        unit_id=1,
        unit_name="澜港区",
        area_id=1000,
        quarter=BEFORE,
        state=state,
        rank=1,
        score=Decimal("71.25"),
        reason="欠薪问题反复",
        listed_on=date(2026, 10, 15),
        approver="市委副书记",
        is_imported=False,
        is_newest=True,
        meets_delisting=False,
        revision=2,
        evidence=(evidence,),
        steps=steps,
        dues=(due,),
    )


def _matter(at: int) -> CohortMatter:
    number = f"{'=' if at == 0 else 'XF'}{at}"
    of = ("澜港区", Category.LABOUR, Stage.CLOSED, TODAY, TODAY, None)
    return CohortMatter(at, number, *of, 1, at % 2)


def matters(page: int, total: int = 120) -> CohortPage:
    shown = range((page - 1) * 50, min(total, page * 50))
    rows = tuple(_matter(at) for at in shown)
    return CohortPage(rows, total, total // 2, total, page)


class FakeUnitDesk(FakeUnitMaps):
    """``grid.ports.UnitDesk`` in memory; ``refusal`` is raised by every reading while it is set."""

    def __init__(self, role: Role = Role.BUREAU, *, frozen: bool = True, with_visits: bool = False) -> None:
        super().__init__()
        self.role, self.is_frozen, self.with_visits = role, frozen, with_visits
        self.asked: list[Any] = []
        self.taken: list[Any] = []
        self.empty = False
        self.state = ListingState.RECTIFYING

    def _check(self, *asked: Any) -> None:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal

    def quarters(self) -> tuple[Quarter, ...]:
        self._check("quarters")
        return NOW, BEFORE

    def league(self, question: LeagueQuestion) -> League:
        self._check("league", question)
        found = ranking(
            question.quarter,
            frozen=self.is_frozen and question.quarter == BEFORE,
            with_visits=self.with_visits,
        )
        if self.empty:
            found = replace(found, rows=())
        leaders = None if self.role in {Role.TOWN, Role.UNIT} else {1: (LEADER,)}
        return League(question, found, leaders)

    def figure(self, question: FigureQuestion) -> OpenedFigure:
        self._check("figure", question)
        subject = self._unit(question.code)
        shown = definition(question.indicator, question.version)
        found = figures_of(0).figure(question.indicator)
        if found is None:
            raise Refused("indicator_unknown")
        against = None
        if question.against is not None:
            against = (definition(question.indicator, question.against), replace(found, numerator=1))
        sees = self.role in {Role.BUREAU, Role.TOWN, Role.UNIT}
        return OpenedFigure(
            subject, shown, found, TODAY, question.league.quarter == BEFORE, versions_of(shown.code), against,
            matters(question.page) if sees else None,
        )  # fmt: skip

    def card(self, code: str) -> UnitCard:
        self._check("card", code)
        subject = self._unit(code)
        quarters: list[tuple[Quarter, SubjectFigures]] = []
        quarter = NOW
        for number in range(8):
            # The oldest quarter has nothing, and in the next the boundaries changed.
            found = replace(figures_of(3 if number == 7 else number), subject=subject)
            quarters.insert(0, (quarter, found))
            quarter = quarter.previous
        record = listing(self.state)
        return UnitCard(
            subject,
            TODAY,
            tuple(quarters),
            (date(2025, 5, 1), date(2019, 1, 1)),
            None if self.role in {Role.TOWN, Role.UNIT} else (LEADER,),
            ClockCounts(None, subject.unit_id, 30, 4, 2, 5, 1, 3),
            ranking(BEFORE, frozen=self.is_frozen, with_visits=self.with_visits),
            (ListingLife(record, next_steps(self.state, self.role)),),
            proposable=NOW if self.role is Role.BUREAU else None,
        )

    def take_step(self, asked: StepAsked) -> None:
        self._check("take_step", asked)
        self.taken.append(asked)

    def propose(self, code: str, quarter: Quarter, words: str) -> None:
        self._check("propose", code, quarter, words)
        self.taken.append((code, quarter, words))

    def export(self, question: LeagueQuestion, view: LeagueView, say: Callable[..., str]) -> bytes:
        self._check("export", question, view)
        return f"{say('units.file.sheet')} {len(shown_rows(self.league(question), view))}".encode()

    def _unit(self, code: str) -> Subject:
        found = next((one for one in SUBJECTS if one.code == code), None)
        if found is None:
            raise Refused("subject_unknown")
        return found
