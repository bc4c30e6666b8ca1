"""What explains a suggestion: problems from hostile books, orders that are legal, effects, conflicts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.coverage import (
    Assignment,
    AssignmentKind,
    Bar,
    BarReason,
    CoverageBook,
    CoveragePlan,
    Leader,
    PlanRule,
    PlanState,
    RuleKind,
    Unit,
    UnitKind,
)
from grid.planning import Edit, EditKind, apply_edits, balance
from grid.planning.loads import loads
from grid.refusals import Refused
from grid.suggesting import conflicts, effects, ordering, working
from grid.suggesting.building import SuggestAsked, problem_of, split_problems_of
from grid.suggesting.encoding import decode, decode_problem, encode
from grid.suggesting.problem import NOBODY, Certainty, Demand, DemandKind, Help, Problem, UnitMove
from grid.suggesting.runs import Found
from grid.suggesting.solving import solve
from grid.suggesting.terms import heaviest_of, holders_of, is_legal, loads_of, terms_of
from grid.workloads import UnitMeasures, Weights

DAY = date(2026, 6, 1)
ASKED = SuggestAsked(most_changes=3, seconds=1)
_PIECES = "no leader's areas in more pieces than at the start"


def book_of(
    held: Sequence[tuple[int, int | None, int | None]],
    borders: Sequence[tuple[int, int]] = (),
    *,
    leaders: int = 3,
    departments: Sequence[int] = (),
    helpers: Sequence[tuple[int, int, int]] = (),
    rules: Sequence[PlanRule] = (),
    **more: object,
) -> CoverageBook:
    """Return a book of assignments (unit, leader, cases); units and leaders are called by their numbers."""
    rows = [Assignment(unit, leader, AssignmentKind.LEAD, cases) for unit, leader, cases in held]
    rows += [Assignment(unit, leader, AssignmentKind.HELPER, cases) for unit, leader, cases in helpers]
    kinds = {unit: UnitKind.DEPARTMENT if unit in departments else UnitKind.AREA for unit, *_ in held}
    units = tuple(
        Unit(unit, f"单位{unit}", kind, unit if kind is UnitKind.AREA else None)
        for unit, kind in kinds.items()
    )
    plan = CoveragePlan(1, "p", PlanState.DRAFT, DAY, None, 1, None, tuple(rows), tuple(rules))
    posts = tuple(Leader(100 + each, f"领导{each}", None) for each in range(leaders))
    return CoverageBook(plan, units, posts, frozenset(borders), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "book",
    [book_of([]), book_of([(1, None, 5)], leaders=0), book_of([], departments=[1])],
    ids=["no units", "no leaders", "departments that nobody leads"],
)
def test_a_plan_with_nothing_to_arrange_is_refused(book: CoverageBook) -> None:
    with pytest.raises(Refused, match="suggest_nothing"):
        problem_of(book, ASKED)


@pytest.mark.parametrize(
    ("name", "value"),
    [("most_changes", -1), ("most_changes", 201), ("most_changes", True), ("most_changes", 1.5),
     ("most_helpers", 9), ("seconds", 0), ("seconds", 121), ("target", -1), ("target", "7")],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(name: str, value: object) -> None:
    given_ = {"most_changes": 3, name: value}
    with pytest.raises(Refused, match="suggest_range"):
        SuggestAsked(**given_)  # type: ignore[arg-type]


def test_departments_uncounted_units_and_nobodys_are_taken_as_they_are() -> None:
    book = book_of([(1, 100, None), (2, None, 9), (3, 101, 4)], [(1, 2)], departments=[3])
    problem = problem_of(book, ASKED)
    assert problem.today.tolist() == [0, NOBODY, 1]
    assert problem.workloads.tolist() == [0, 9, 4]
    assert problem.has_place.tolist() == [True, True, False]
    assert problem.edges.tolist() == [[0, 1]]


def test_a_leader_whom_the_book_does_not_know_leads_nothing() -> None:
    assert problem_of(book_of([(1, 999, 5), (2, 100, 1)]), ASKED).today.tolist() == [NOBODY, 0]


def test_who_leads_together_stays_together_and_help_stays_where_it_is() -> None:
    book = book_of([(1, 100, 6), (1, 101, 4), (2, 100, 5)], [(1, 2)], helpers=[(2, 102, 7)])
    problem = problem_of(book, SuggestAsked(most_changes=2, most_helpers=2, seconds=1))
    assert problem.unit_ids == (1, 1, 2)
    assert problem.fixed.tolist() == [0, 4, 7]
    at_start = loads_of(problem, problem.today)
    assert at_start.tolist() == [load.workload for load in loads(book)]
    *_, found = solve(problem, 1.0)
    assert all(problem.unit_ids[move.unit] == 2 for move in found.moves)
    assert all(problem.unit_ids[help_.unit] != 1 or help_.leader == 2 for help_ in found.helps)


def test_demands_are_named_and_those_about_a_split_county_are_about_its_towns() -> None:
    towns = {9: (Unit(1, "镇1", UnitKind.AREA, 1), Unit(2, "镇2", UnitKind.AREA, 2))}
    rules = [
        PlanRule(RuleKind.PIN, 1),
        PlanRule(RuleKind.FORBID, 9, 101),
        PlanRule(RuleKind.CAP, leader_id=100, value=12),
        PlanRule(RuleKind.SHARE, leader_id=102, value=50),
        PlanRule(RuleKind.LINK, 2, other_id=3),
        PlanRule(RuleKind.CAP, leader_id=999, value=1),
        PlanRule(RuleKind.PIN, 77),
    ]
    bars = (
        Bar(1, 102, 3, BarReason.RECUSAL, "", DAY),
        Bar(2, 100, 3, BarReason.RECUSAL, "", date(2020, 1, 1), DAY),
    )
    held = [(1, 100, 5), (2, 100, 5), (3, 101, 5)]
    problem = problem_of(book_of(held, [(1, 2)], rules=rules, parts=towns, bars=bars), ASKED)
    assert set(problem.demands) == {
        Demand(DemandKind.PIN, 0, 0),
        Demand(DemandKind.FORBID, 0, 1),
        Demand(DemandKind.FORBID, 1, 1),
        Demand(DemandKind.CAP, leader=0, value=12),
        Demand(DemandKind.BAR, 2, 2),
    }
    assert problem.shares.tolist() == [100, 100, 50]
    assert sorted(map(sorted, problem.edges.tolist())) == [[0, 1], [1, 2]]


def test_helpers_are_asked_for_where_loads_are_cases_alone() -> None:
    book = book_of([(1, 100, 5)], weights=Weights(cases=1, overdue=3), measures={1: UnitMeasures(overdue=2)})
    assert problem_of(book, ASKED).workloads.tolist() == [11]
    with pytest.raises(Refused, match="suggest_helpers_uncounted"):
        problem_of(book, SuggestAsked(most_changes=1, most_helpers=1))


def test_the_annex_cannot_be_lightened_by_whole_units_and_says_what_helpers_and_towns_give() -> None:
    cases = [44, 44, 30, 28, 20, 16, 12, 9, 8, 7]
    held = [(unit, 100 + unit, count) for unit, count in enumerate(cases, start=1)]
    towns = {1: tuple(Unit(50 + at, f"镇{at}", UnitKind.AREA, 50 + at) for at in range(4))}
    inside = [(50, 51), (51, 52), (52, 53), *((50 + at, 2) for at in range(4)), (52, 10)]
    chain = [(unit, unit + 1) for unit in range(1, 10)]
    book = book_of(held, [*chain, *inside], leaders=14, parts=towns)
    found = None
    for found in working.suggestions(working.payload_of(book, SuggestAsked(most_changes=4, seconds=2))):
        assert found.heaviest in (44, None)
    assert found is not None
    assert (found.certainty, found.heaviest, found.whole_units_floor) == (Certainty.PROVEN, 44, 44)
    assert (found.steps, found.is_explained) == ((), True)
    assert [gain.helpers for gain in found.helper_gains] == list(range(1, 9))
    assert found.helper_gains[0].heaviest == 44  # one helper leaves the other 44
    assert found.helper_gains[1].heaviest is not None
    assert found.helper_gains[1].heaviest < 44
    heaviest = [gain.heaviest for gain in found.helper_gains]
    assert heaviest == sorted(heaviest, key=lambda each: -(each or 0))
    assert all(gain.heaviest is not None and gain.floor <= gain.heaviest for gain in found.helper_gains)
    assert [(gain.unit_id, gain.parts) for gain in found.split_gains] == [(1, 4)]


def test_a_unit_without_parts_led_in_part_or_helped_is_not_split() -> None:
    towns = {1: (Unit(5, "镇", UnitKind.AREA, 5),)}
    helped = book_of([(1, 100, 5)], helpers=[(1, 101, 2)], parts=towns)
    assert list(split_problems_of(helped, ASKED)) == []
    assert [each[:2] for each in split_problems_of(book_of([(1, 100, 5)], parts=towns), ASKED)] == [(1, 1)]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a plan of up to eight units on a strip or apart, with demands, departments and idle leaders."""
    n, m = draw(st.integers(2, 8)), draw(st.integers(1, 4))
    whole = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(whole, whole).filter(lambda pair: pair[0] < pair[1]), max_size=12))
    unit, leader = st.integers(0, n - 1), st.integers(0, m - 1)
    demand = st.one_of(
        st.builds(Demand, st.just(DemandKind.PIN), unit, leader),
        st.builds(Demand, st.sampled_from([DemandKind.FORBID, DemandKind.BAR]), unit, leader),
        st.builds(Demand, st.just(DemandKind.CAP), st.none(), leader, st.integers(0, 40)),
    )
    return Problem(
        unit_ids=tuple(range(10, 10 + n)),
        leader_ids=tuple(range(50, 50 + m)),
        workloads=np.array(draw(st.lists(st.integers(0, 15), min_size=n, max_size=n)), dtype=np.int64),
        today=np.array(draw(st.lists(st.integers(NOBODY, m - 1), min_size=n, max_size=n)), dtype=np.int64),
        has_place=np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_),
        edges=np.array(sorted(set(edges)), dtype=np.int64).reshape(-1, 2),
        fixed=np.array(draw(st.lists(st.integers(0, 5), min_size=m, max_size=m)), dtype=np.int64),
        shares=np.array(
            draw(st.lists(st.sampled_from([100, 50, 0]), min_size=m, max_size=m)), dtype=np.int64
        ),
        demands=tuple(draw(st.lists(demand, max_size=4))),
        most_changes=draw(st.integers(0, n)),
        most_helpers=draw(st.integers(0, 2)),
        target=None,
    )


def plans_of(problem: Problem) -> Iterator[np.ndarray]:
    """Return who leads what in every plan of a small problem."""
    for holders in itertools.product(range(len(problem.leader_ids)), repeat=len(problem.unit_ids)):
        yield np.array(holders, dtype=np.int64)


def is_possible(problem: Problem) -> bool:
    """Return by trying all of them whether a plan of whole units meets the demands."""
    terms = terms_of(problem)
    return any(is_legal(terms, holders) for holders in plans_of(problem))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_problem_survives_its_way_to_the_child(problem: Problem) -> None:
    again = decode_problem(json.loads(json.dumps(encode(problem))))
    assert encode(again) == encode(problem)
    assert again.demands == problem.demands
    assert again.edges.shape == problem.edges.shape


@settings(max_examples=40, deadline=None)
@given(problems())
def test_steps_are_legal_one_by_one_and_tell_what_comes_of_them(problem: Problem) -> None:
    terms = terms_of(problem)
    *_, progress = solve(problem, 0.2)
    told = effects.explain_steps(terms, progress)
    if progress.heaviest is None:
        assert told.steps == ()
        return
    actions = [_action(problem, step) for step in told.steps]
    assert ordering.stands(terms, actions)
    assert ordering.heaviest_after(terms, actions) <= progress.heaviest
    caps = np.maximum(terms.caps, loads_of(problem, problem.today))
    for at, step in enumerate(told.steps):
        here = actions[: at + 1]
        holders, helps = _taken(problem, here)
        assert step.heaviest_after == heaviest_of(problem, loads_of(problem, holders, helps))
        others = [one for one in actions if one is not actions[at]]
        assert (step.heaviest_without is None) == (not ordering.stands(terms, others))
        if step.heaviest_without is not None:
            assert step.heaviest_without == ordering.heaviest_after(terms, others) > progress.heaviest
        if told.is_ordered:
            assert (loads_of(problem, holders, helps) <= caps).all()
            assert (_pieces(problem, holders) <= np.maximum(_pieces(problem, problem.today), 1)).all(), (
                _PIECES
            )


def test_an_order_is_found_where_the_first_step_on_offer_leads_nowhere() -> None:
    # Taking 0 away relieves more than 1 does, but would be a stray piece before 1 has gone too.
    problem = replace(_strip([0, 0, 1, 1], [5, 9, 1, 1]), most_changes=2)
    wanted = (UnitMove(0, 1), UnitMove(1, 1))
    found = ordering.order(terms_of(problem), wanted)
    assert found.is_legal
    assert found.actions == (UnitMove(1, 1), UnitMove(0, 1))


def test_a_ring_of_caps_has_no_legal_order_and_says_so() -> None:
    # Both are full: either unit would have to go first into full hands.
    problem = replace(
        _strip([0, 1], [5, 5]),
        has_place=np.zeros(2, dtype=bool),
        demands=tuple(Demand(DemandKind.CAP, leader=each, value=5) for each in range(2)),
        most_changes=2,
    )
    found = ordering.order(terms_of(problem), (UnitMove(0, 1), UnitMove(1, 0)))
    assert not found.is_legal
    assert set(found.actions) == {UnitMove(0, 1), UnitMove(1, 0)}


def test_idle_moves_are_left_out() -> None:
    problem = replace(_strip([0, 0, 1, 1], [5, 9, 1, 1]), most_changes=3, has_place=np.zeros(4, dtype=bool))
    kept = ordering.prune(terms_of(problem), (UnitMove(0, 1), UnitMove(2, 0), UnitMove(3, 0)), 10)
    assert kept == (UnitMove(0, 1),)


@settings(max_examples=30, deadline=None)
@given(problems())
def test_a_conflict_is_one_and_none_of_it_can_be_left_out(problem: Problem) -> None:
    problem = replace(problem, most_helpers=0)
    told = list(conflicts.explain(problem, 10.0))
    if is_possible(problem):
        assert told == []
        return
    *_, conflict = told or (None,)
    if conflict is None:
        # Nobody has a share: no demand is to blame.
        assert not is_possible(conflicts.with_demands(problem, ()))
        return
    core = [_demand(problem, one) for one in conflict.demands]
    assert not is_possible(conflicts.with_demands(problem, core))
    for one in core if conflict.is_minimal else ():
        assert is_possible(conflicts.with_demands(problem, [other for other in core if other is not one]))
    for way in conflict.relaxations:
        assert is_possible(_relaxed(problem, [way])), way
    if conflict.together:
        assert is_possible(_relaxed(problem, conflict.together))
    changed = {way.demand.kind for way in (*conflict.relaxations, *conflict.together)}
    assert not changed & {DemandKind.BAR, DemandKind.PIECES}


def test_a_target_out_of_reach_is_named_with_what_can_be_reached() -> None:
    problem = replace(_strip([0, 0, 1, 1], [5, 9, 1, 1]), most_changes=0, target=11)
    *_, conflict = conflicts.explain(problem, 5.0)
    assert {one.kind for one in conflict.demands} == {DemandKind.TARGET, DemandKind.CHANGES}
    assert {(way.demand.kind, way.to) for way in conflict.relaxations} == {
        (DemandKind.TARGET, 14),
        (DemandKind.CHANGES, 1),
    }


def test_a_conflict_names_leaders_and_units_by_their_ids() -> None:
    rules = [PlanRule(RuleKind.PIN, 1), PlanRule(RuleKind.CAP, leader_id=100, value=3)]
    problem = problem_of(book_of([(1, 100, 5), (2, 101, 1)], rules=rules), ASKED)
    *_, conflict = conflicts.explain(problem, 5.0)
    told = {(one.kind, one.unit_id, one.leader_id, one.value) for one in conflict.demands}
    assert told == {(DemandKind.PIN, 1, 100, None), (DemandKind.CAP, None, 100, 3)}
    ways = {(way.demand.kind, way.to) for way in conflict.relaxations}
    assert ways == {(DemandKind.CAP, 5), (DemandKind.PIN, None)}


def test_curves_fall_and_floors_stay_below() -> None:
    rng = np.random.default_rng(4)
    problem = replace(
        _strip(np.repeat(range(4), 5).tolist(), rng.integers(1, 20, 20).tolist()), most_changes=4
    )
    progress = effects.last(problem, 1.0)
    *_, points = effects.curve(problem, progress, 3.0)
    assert [point.changes for point in points] == list(range(6))
    best = [point.heaviest for point in points if point.heaviest is not None]
    floors = [point.floor for point in points]
    assert best == sorted(best, reverse=True)
    assert floors == sorted(floors, reverse=True)
    assert all(point.heaviest is not None and point.floor <= point.heaviest for point in points)
    assert best[0] == progress.today


def test_the_steps_as_edits_give_the_plan_that_was_promised() -> None:
    held = [(1, 100, 30), (2, 100, 20), (3, 101, 5), (4, 102, 5)]
    book = book_of(held, [(1, 2), (2, 3), (3, 4)], helpers=[(1, 102, 2)])
    asked = SuggestAsked(most_changes=1, most_helpers=2, seconds=2)
    *_, found = working.suggestions(working.payload_of(book, asked))
    edits = tuple(step.edit for step in found.steps)
    after = apply_edits(book, edits)
    assert balance(after).maximum == found.heaviest
    assert found.heaviest is not None
    assert found.heaviest < found.today
    helped = [one for one in edits if one.kind is EditKind.HELP]
    assert all(isinstance(one, Edit) and one.value for one in helped)


_FOUND = Found(Certainty.PROVEN, 5, 4, 4, 3)


@pytest.mark.parametrize(
    "harm",
    [
        {"certainty": "sure"}, {"today": "5"}, {"today": None}, {"today": True}, {"today": 1e300},
        {"steps": {}}, {"steps": [1]}, {"steps": [{"unit_id": 1}]}, {"more": 1}, {"conflict": []},
        {"is_ordered": 1}, {"floor": 2**60},
    ],
)  # fmt: skip
def test_a_malformed_state_is_refused(harm: dict[str, object]) -> None:
    assert decode(Found, encode(_FOUND)) == _FOUND
    with pytest.raises(Refused, match="run_unreadable"):
        decode(Found, {**encode(_FOUND), **harm})


@pytest.mark.parametrize("value", [None, 3, [], "x", {}])
def test_what_is_no_state_at_all_is_refused(value: object) -> None:
    with pytest.raises(Refused, match="run_unreadable"):
        decode(Found, value)
    with pytest.raises(Refused, match="run_unreadable"):
        list(working.work({"problem": value, "seconds": 1, "helped": [], "splits": []}))


@pytest.mark.parametrize(
    "harm",
    [
        {"today": [0, 1, 9, 0]}, {"today": [0, 1]}, {"edges": [[0, 4]]}, {"edges": [[0, 1, 2]]},
        {"edges": [0]}, {"workloads": [1, 2, 3, -1]}, {"workloads": [[1], [2, 3]]}, {"shares": [100, 101]},
        {"shares": [100]}, {"has_place": [1, 1, 1, 1]}, {"most_changes": -1},
        {"demands": [{"kind": "pin", "unit": 4, "leader": 0, "value": None}]},
    ],
)  # fmt: skip
def test_a_problem_whose_arrays_do_not_fit_is_refused(harm: dict[str, object]) -> None:
    with pytest.raises(Refused, match="run_unreadable"):
        decode_problem({**encode(_strip([0, 0, 1, 1], [5, 9, 1, 1])), **harm})


def _strip(today: Sequence[int], workloads: Sequence[int]) -> Problem:
    n, m = len(today), max(today) + 1
    return Problem(
        unit_ids=tuple(range(10, 10 + n)),
        leader_ids=tuple(range(50, 50 + m)),
        workloads=np.array(workloads, dtype=np.int64),
        today=np.array(today, dtype=np.int64),
        has_place=np.ones(n, dtype=bool),
        edges=np.array([(at, at + 1) for at in range(n - 1)], dtype=np.int64).reshape(-1, 2),
        fixed=np.zeros(m, dtype=np.int64),
        shares=np.full(m, 100, dtype=np.int64),
    )


def _action(problem: Problem, step: object) -> ordering.Action:
    unit, leader = problem.unit_ids.index(step.unit_id), problem.leader_ids.index(step.leader_id)  # type: ignore[attr-defined]
    amount = step.amount  # type: ignore[attr-defined]
    return UnitMove(unit, leader) if amount is None else Help(unit, leader, amount)


def _taken(problem: Problem, actions: Sequence[ordering.Action]) -> tuple[np.ndarray, tuple[Help, ...]]:
    moves = tuple(one for one in actions if isinstance(one, UnitMove))
    return holders_of(problem, moves), tuple(one for one in actions if isinstance(one, Help))


def _pieces(problem: Problem, holders: np.ndarray) -> np.ndarray:
    """Count pieces by joining neighbours, in another way than the suggester does."""
    label = np.arange(len(holders))
    for _ in range(len(holders)):
        for one, other in problem.edges.tolist():
            if problem.has_place[[one, other]].all() and holders[one] == holders[other]:
                label[one] = label[other] = min(label[one], label[other])
    found = np.zeros(len(problem.leader_ids), dtype=np.int64)
    placed = {(int(holders[at]), int(label[at])) for at in np.flatnonzero(problem.has_place)}
    for leader, _piece in placed:
        if leader != NOBODY:
            found[leader] += 1
    return found


def _demand(problem: Problem, named: object) -> Demand:
    unit, leader = named.unit_id, named.leader_id  # type: ignore[attr-defined]
    return Demand(
        named.kind,  # type: ignore[attr-defined]
        None if unit is None else problem.unit_ids.index(unit),
        None if leader is None else problem.leader_ids.index(leader),
        named.value,  # type: ignore[attr-defined]
    )


def _relaxed(problem: Problem, ways: Sequence[object]) -> Problem:
    demands = list(conflicts.all_demands(problem))
    for way in ways:
        old = _demand(problem, way.demand)  # type: ignore[attr-defined]
        demands = [one for one in demands if one != old]
        if way.to is not None:  # type: ignore[attr-defined]
            demands.append(replace(old, value=way.to))  # type: ignore[attr-defined]
    return conflicts.with_demands(problem, demands)
