"""Two plans held against each other, and a suggestion without the steps that a planner rejects."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from grid.coverage import (
    Assignment,
    CoverageBook,
    Leader,
    PlanRule,
    RuleKind,
    Unit,
    UnitKind,
)
from grid.planning import Edit, EditKind, apply_edits, loads
from grid.planning.comparing import load_pairs
from grid.planning.keeping import keep_steps
from tests.screens.plan_city import PLAN, book

LEADERS = tuple(Leader(number, "副市长", None) for number in range(1, 5))
UNITS = tuple(Unit(number, f"县{number}", UnitKind.AREA, 100 + number) for number in range(1, 10))
GRID = frozenset(
    (one, other) for one in range(1, 10) for other in (one + 3, one + 1 if one % 3 else 0) if one < other < 10
)
"""Nine areas, three by three."""

gives = st.builds(Edit, st.just(EditKind.GIVE), unit_id=st.integers(1, 9), leader_id=st.integers(1, 4))
helps = st.builds(
    Edit,
    st.just(EditKind.HELP),
    unit_id=st.integers(1, 9),
    leader_id=st.integers(1, 4),
    value=st.integers(0, 8),
)
steps = st.lists(gives | helps, max_size=8)


def square(holders: tuple[int, ...], rules: tuple[PlanRule, ...] = ()) -> CoverageBook:
    rows = tuple(Assignment(at, holder, cases=3 * at) for at, holder in enumerate(holders, start=1))
    plan = replace(PLAN, assignments=rows, rules=rules)
    return CoverageBook(plan, UNITS, LEADERS, GRID)


@given(
    holders=st.tuples(*[st.integers(1, 4)] * 9),
    taken=steps,
    rejected=st.sets(st.integers(0, 8)),
    cap=st.integers(0, 60),
)
def test_what_is_kept_is_legal_step_by_step_and_nothing_more_could_be(
    holders: tuple[int, ...], taken: list[Edit], rejected: set[int], cap: int
) -> None:
    """Pieces and caps hold after every step; rejected steps are out; each step is told of once."""
    start = square(holders, (PlanRule(RuleKind.CAP, leader_id=1, value=cap),))
    kept = keep_steps(start, taken, rejected)
    assert sorted((*kept.places, *kept.left_out)) == [at for at in range(len(taken)) if at not in rejected]
    before = {load.leader_id: load for load in loads(start)}
    walked = start
    for at in kept.places:
        walked = apply_edits(walked, (taken[at],))
        for load in loads(walked):
            was = before[load.leader_id]
            assert len(load.pieces) <= max(len(was.pieces), 1)
            if load.leader_id == 1:
                assert load.workload <= max(cap, was.workload)
    assert walked == kept.book
    again = keep_steps(kept.book, [taken[at] for at in kept.left_out], ())
    assert again.places == (), "measured from the new plan, which is no looser"


def test_a_step_that_stands_on_a_rejected_one_is_left_out_and_said() -> None:
    start = square((1, 1, 1, 2, 2, 2, 3, 3, 3))
    onto = [Edit(EditKind.GIVE, 4, 1), Edit(EditKind.GIVE, 7, 1)]
    assert keep_steps(start, onto, ()).places == (0, 1)
    kept = keep_steps(start, onto, {0})
    assert (kept.places, kept.left_out) == ((), (1,)), "area 7 would be an island of leader 1"
    assert kept.book == start


def test_a_step_waits_for_the_one_that_it_needs() -> None:
    start = square((1, 1, 1, 2, 2, 2, 3, 3, 3))
    kept = keep_steps(start, [Edit(EditKind.GIVE, 7, 1), Edit(EditKind.GIVE, 4, 1)], ())
    assert (kept.places, kept.left_out) == ((1, 0), ())


def test_a_step_that_can_no_longer_be_taken_is_left_out() -> None:
    start = square((1, 1, 1, 2, 2, 2, 3, 3, 3))
    onto = [Edit(EditKind.GIVE, 4, 1), Edit(EditKind.HELP, 4, 2, value=4)]
    assert keep_steps(start, onto, ()).places == (0, 1)
    assert keep_steps(start, onto, {0}).left_out == (1,), "leader 2 would help himself"


@given(holders=st.tuples(*[st.integers(1, 4)] * 9), taken=steps)
def test_differences_add_up_to_nothing_and_turn_round(holders: tuple[int, ...], taken: list[Edit]) -> None:
    first = square(holders)
    second = keep_steps(first, taken, ()).book
    there = {pair.leader.id: pair.difference for pair in load_pairs(first, second)}
    back = {pair.leader.id: -pair.difference for pair in load_pairs(second, first)}
    assert sum(there.values()) == 0, "nothing is lost on the way"
    assert there == back


def test_a_leader_whom_one_plan_does_not_know_has_no_load_there() -> None:
    first, second = book(), square((1, 1, 1, 2, 2, 2, 3, 3, 3))
    pairs = {pair.leader.id: pair for pair in load_pairs(first, second)}
    assert (pairs[5].first, pairs[5].second) == (0, None)
    assert [abs(pair.difference) for pair in load_pairs(first, second)] == sorted(
        (abs(pair.difference) for pair in pairs.values()), reverse=True
    )
