"""The life of plans: who may do what next, what stands in the way, who covered when, two drafts made one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from grid.coverage import (
    Assignment,
    AssignmentKind,
    Bar,
    BarReason,
    CoverageBook,
    CoveragePlan,
    Leader,
    PlanState,
    Unit,
    UnitKind,
)
from grid.planning import Edit, EditKind, apply_edits, edits_between
from grid.planning.blockers import Blocker, BlockerCode, blockers, of_restoring
from grid.planning.history import PlanHistory, Span, covered_on, leader_line, unit_line
from grid.planning.lifecycle import (
    LONGEST_WORDS,
    PlanStep,
    PlanStepKind,
    check_step,
    is_in_force,
    is_over,
    next_steps,
    read_words,
)
from grid.planning.merging import merge
from grid.principals import Role
from grid.refusals import Refused

TODAY = date(2026, 5, 20)
COUNTIES = tuple(Unit(n, f"县{n}", UnitKind.AREA, 100 + n) for n in (1, 2, 3))
TOWNS = tuple(Unit(n, f"镇{n}", UnitKind.AREA, 100 + n) for n in (11, 12))
LEADERS = tuple(Leader(n, f"副市长{n}", None) for n in (1, 2, 3))
K = PlanStepKind


def plan(
    *rows: tuple[int, int | None], since: date = TODAY, until: date | None = None, **more: object
) -> CoveragePlan:
    leads = tuple(Assignment(unit, leader, AssignmentKind.LEAD, 9) for unit, leader in rows)
    made = CoveragePlan(1, "案", PlanState.PUBLISHED, since, until, 1, None, leads)
    return replace(made, **more)  # type: ignore[arg-type]


def book(of: CoveragePlan, bars: tuple[Bar, ...] = ()) -> CoverageBook:
    return CoverageBook(of, COUNTIES, LEADERS, frozenset(), bars, {1: TOWNS})


def codes(found: tuple[Blocker, ...]) -> dict[BlockerCode, tuple[int, ...]]:
    return {one.code: one.unit_ids for one in found}


WHOLE = plan((1, 1), (2, 2), (3, 3))
_STATES = {
    "draft": replace(WHOLE, state=PlanState.DRAFT),
    "proposed": replace(WHOLE, state=PlanState.PROPOSED),
    "coming": replace(WHOLE, valid_from=TODAY + timedelta(1)),
    "in_force": WHOLE,
    "over": replace(WHOLE, valid_from=TODAY - timedelta(9), valid_to=TODAY),
    "replaced": replace(WHOLE, valid_to=TODAY),
    "retired": replace(WHOLE, state=PlanState.RETIRED),
}
_PUBLISHED = {K.RESTORE}


@pytest.mark.parametrize(
    ("standing", "planner", "approver"),
    [
        ("draft", {K.PROPOSE}, set()),
        ("proposed", {K.WITHDRAW}, {K.PUBLISH, K.RETURN}),
        ("coming", set(), {K.CANCEL, K.RESTORE}),
        ("in_force", set(), _PUBLISHED),
        ("over", set(), _PUBLISHED),
        ("replaced", set(), _PUBLISHED),
        ("retired", set(), set()),
    ],
)
def test_each_role_has_its_steps_and_nobody_else_any(
    standing: str, planner: set[K], approver: set[K]
) -> None:
    of = _STATES[standing]
    assert set(next_steps(of, Role.PLANNER, TODAY)) == planner
    assert set(next_steps(of, Role.APPROVER, TODAY)) == approver
    for role in set(Role) - {Role.PLANNER, Role.APPROVER}:
        assert next_steps(of, role, TODAY) == ()
        for kind in K:
            with pytest.raises(Refused, match="plan_step_not_yours"):
                check_step(of, kind, role, TODAY)


def test_a_plan_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    of = plan((1, 1), since=TODAY, until=TODAY + timedelta(2))
    assert [is_in_force(of, TODAY + timedelta(n)) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert not is_in_force(replace(of, state=PlanState.DRAFT), TODAY)
    assert not is_in_force(replace(of, valid_to=TODAY), TODAY)
    assert is_over(replace(of, valid_to=TODAY), TODAY)
    assert not is_over(of, TODAY + timedelta(1))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("\n \t", "plan_words_missing"),
        ("字" * (LONGEST_WORDS + 1), "plan_words_long"),
        ("a\0b", "plan_words_unprintable"),
    ],
)
def test_a_reason_is_there_and_can_be_shown(words: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        read_words(words, required=True)
    assert read_words("  一 \n  二  三 ") == "一\n二 三"


def test_a_whole_plan_has_no_blockers() -> None:
    assert blockers(book(WHOLE), WHOLE, TODAY) == ()
    by_towns = plan((11, 1), (12, 2), (2, 2), (3, 3))
    assert blockers(book(by_towns), WHOLE, TODAY) == (), "a county given out by all its towns is no gap"
    assert blockers(book(WHOLE), by_towns, TODAY) == (), "nor are towns joined again"
    assert blockers(book(WHOLE), None, TODAY) == ()


def test_gaps_and_overlaps_are_named() -> None:
    assert codes(blockers(book(plan((1, 1), (2, 2))), WHOLE, TODAY)) == {BlockerCode.MISSING: (3,)}
    one_town = plan((11, 1), (2, 2), (3, 3))
    assert codes(blockers(book(one_town), WHOLE, TODAY)) == {BlockerCode.MISSING: (12,)}
    nested = plan((1, 1), (11, 2), (2, 2), (3, 3))
    assert codes(blockers(book(nested), WHOLE, TODAY)) == {BlockerCode.NESTED: (1, 11)}
    twice = plan((1, 1), (1, 2), (2, None), (3, 9))
    assert codes(blockers(book(twice), WHOLE, TODAY)) == {
        BlockerCode.UNLED: (2,), BlockerCode.TWO_LEADS: (1,), BlockerCode.LEADER_UNKNOWN: (3,),
    }  # fmt: skip
    assert codes(of_restoring(blockers(book(twice), WHOLE, TODAY))) == {}, "a known debt may come back"


@pytest.mark.parametrize(
    ("since", "until", "on", "holds"),
    [
        (0, None, 0, True),
        (0, None, 90, True),
        (0, 10, 9, True),
        (0, 10, 10, False),
        (30, 40, 0, True),
        (5, 5, 0, False),
    ],
)
def test_a_bar_counts_while_it_holds_or_is_still_to_come(
    since: int, until: int | None, on: int, *, holds: bool
) -> None:
    days = TODAY + timedelta(since), None if until is None else TODAY + timedelta(until)
    bar = Bar(1, 3, 3, BarReason.RECUSAL, "", *days)
    found = blockers(book(WHOLE, (bar,)), WHOLE, TODAY + timedelta(on))
    assert codes(found) == ({BlockerCode.BARRED: (3,)} if holds else {})


def test_a_bar_on_a_county_holds_for_its_towns_and_for_helpers() -> None:
    bar = Bar(1, 3, 1, BarReason.PORTFOLIO, "", TODAY)
    towns = plan((11, 3), (12, 2), (2, 2), (3, 3))
    assert codes(blockers(book(towns, (bar,)), WHOLE, TODAY)) == {BlockerCode.BARRED: (11,)}
    helped = replace(WHOLE, assignments=(*WHOLE.assignments, Assignment(1, 3, AssignmentKind.HELPER, 2)))
    assert codes(blockers(book(helped, (bar,)), WHOLE, TODAY)) == {BlockerCode.BARRED_HELPER: (1,)}


def _history(*plans: CoveragePlan) -> PlanHistory:
    step = PlanStep(K.PUBLISH, TODAY, "", "a", datetime(2026, 5, 20, tzinfo=UTC))
    numbered = tuple(replace(one, id=at, name=f"案{at}") for at, one in enumerate(plans))
    return PlanHistory(TODAY, numbered, {0: (step,)}, (*COUNTIES, *TOWNS), LEADERS, {11: (1,), 12: (1,)})


def _at(days: int) -> date:
    return TODAY + timedelta(days)


def test_who_covered_is_found_through_counties_and_towns_and_days_without_a_plan_are_told() -> None:
    history = _history(
        plan((1, 1), (2, 2), since=_at(0), until=_at(10)),
        plan((1, 1), (2, 3), since=_at(10), until=_at(20)),
        plan((11, 1), (12, 2), (2, 3), since=_at(25)),
        plan((1, 3), since=_at(12), state=PlanState.RETIRED),
        plan((1, 3), since=_at(10), until=_at(10)),
    )
    assert history.gaps == (Span(_at(20), _at(25)),)
    assert history.overlaps == ()
    assert [row.leader_id for row in covered_on(history, 1, _at(12)).rows] == [1]
    by_county, by_towns = covered_on(history, 11, _at(5)), covered_on(history, 1, _at(30))
    assert (by_county.by_unit_id, [row.leader_id for row in by_county.rows]) == (1, [1])
    assert [(row.unit_id, row.leader_id) for row in by_towns.rows] == [(11, 1), (12, 2)]
    assert covered_on(history, 1, _at(22)).plan is None
    assert covered_on(history, 3, _at(5)).rows == ()
    line = unit_line(history, 1)
    assert [(one.span, len(one.plans)) for one in line] == [
        (Span(_at(0), _at(20)), 2), (Span(_at(20), _at(25)), 0), (Span(_at(25), None), 1),
    ]  # fmt: skip
    assert [one.span for one in leader_line(history, 3)] == [Span(_at(10), _at(20)), Span(_at(25), None)]


def test_lines_agree_with_every_single_day_of_random_histories() -> None:
    rng = Random(7)
    for _ in range(60):
        starts = sorted(rng.sample(range(40), rng.randrange(1, 6)))
        ends = [rng.randrange(one + 1, other + 1) for one, other in pairwise(starts)]
        plans = [
            plan(
                *((n, rng.choice((1, 2, 3, None))) for n in (1, 2)),
                since=_at(start),
                until=None if end is None else _at(end),
            )
            for start, end in zip(starts, [*ends, None], strict=True)
        ]
        history = _history(*rng.sample(plans, len(plans)))
        line = unit_line(history, 1)
        for day in range(starts[0], 60):
            (span,) = (one for one in line if one.span.since <= _at(day) < (one.span.until or _at(999)))
            expected = {row.leader_id for row in covered_on(history, 1, _at(day)).rows}
            assert {row.leader_id for row in span.rows} == expected
            assert bool(span.plans) != any(
                gap.since <= _at(day) < (gap.until or _at(999)) for gap in history.gaps
            )


def test_mine_are_made_again_upon_theirs_and_where_both_meet_it_is_said() -> None:
    opened = book(replace(WHOLE, state=PlanState.DRAFT))
    theirs = apply_edits(opened, [Edit(EditKind.GIVE, 1, 2), Edit(EditKind.GIVE, 2, 3)]).plan
    mine = apply_edits(opened, [Edit(EditKind.GIVE, 1, 3), Edit(EditKind.GIVE, 3, 1)]).plan
    made = merge(opened, theirs, mine)
    held = {one.unit_id: one.leader_id for one in made.merged.plan.assignments}
    assert held == {1: 3, 2: 3, 3: 1}
    assert [(one.unit_id, one.theirs, one.mine) for one in made.clashes] == [(1, (2,), (3,))]
    assert made.lost == ()


def test_what_cannot_be_made_again_is_told_and_nothing_else_lost() -> None:
    opened = book(replace(WHOLE, state=PlanState.DRAFT))
    theirs = apply_edits(opened, [Edit(EditKind.SPLIT, 1)]).plan
    mine = apply_edits(opened, [Edit(EditKind.GIVE, 1, 3), Edit(EditKind.GIVE, 2, 1)]).plan
    made = merge(opened, theirs, mine)
    assert {1} >= {edit.unit_id for edit in made.lost}
    assert {one.unit_id: one.leader_id for one in made.merged.plan.assignments}[2] == 1
    assert made.lost or made.clashes, "one gave the county that the other split"


def test_over_random_drafts_a_merge_has_all_of_both() -> None:
    rng = Random(3)
    opened = book(replace(WHOLE, state=PlanState.DRAFT))
    for _ in range(200):
        sides = [
            apply_edits(opened, [Edit(EditKind.GIVE, rng.choice((1, 2, 3)), rng.choice((1, 2, 3, None)))
                                 for _ in range(rng.randrange(4))]).plan
            for _ in range(2)
        ]  # fmt: skip
        theirs, mine = sides
        made = merge(opened, theirs, mine)
        began, their, my, got = (
            {one.unit_id: one.leader_id for one in each.assignments}
            for each in (opened.plan, theirs, mine, made.merged.plan)
        )
        for unit, was in began.items():
            assert got[unit] == (my[unit] if my[unit] != was else their[unit])
        clashing = {unit for unit, was in began.items() if my[unit] != was != their[unit] != my[unit]}
        assert {one.unit_id for one in made.clashes} == clashing
        assert edits_between(replace(opened, plan=theirs), theirs) == ()
