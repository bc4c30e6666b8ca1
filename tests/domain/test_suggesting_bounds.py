"""Suggestions against brute force: no floor above the truth, no rule broken, proofs that are proofs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grid.suggesting.bounds import counting_bound, must_give, whole_units_bound
from grid.suggesting.problem import NOBODY, Certainty, Demand, DemandKind, Problem, Progress
from grid.suggesting.solving import evaluate, solve
from grid.suggesting.terms import holders_of, terms_of
from tests.domain.suggesting_cases import (
    best_by_trying,
    legal_plans,
    load_below_caps,
    make_problem,
    may_help,
    may_lead,
    pieces,
)

_ENOUGH_S = 20.0


def _solved(problem: Problem) -> tuple[list[Progress], Progress]:
    told = list(solve(problem, _ENOUGH_S))
    return told, told[-1]


def _obeys(problem: Problem, told: Progress) -> None:
    """Fail where a plan breaks a rule; every check is written again, without the solver's own."""
    plan = tuple(holders_of(problem, told.moves).tolist())
    changed = [unit for unit, was in enumerate(problem.today) if was not in (NOBODY, plan[unit])]
    assert len(changed) <= problem.most_changes
    assert all(may_lead(problem, unit, leader) for unit, leader in enumerate(plan))
    for leader in range(len(problem.leader_ids)):
        before = pieces(problem, problem.today.tolist(), leader)
        assert pieces(problem, plan, leader) <= max(before, 1)
    assert len(told.helps) <= problem.most_helpers
    assert all(may_help(problem, one.unit, one.leader) and one.amount > 0 for one in told.helps)
    assert all(plan[one.unit] != one.leader for one in told.helps)
    assert (
        load_below_caps(problem, plan, told.helps)
        == told.heaviest
        == evaluate(problem, told.moves, told.helps)
    )


def _agrees(problem: Problem) -> None:
    told, last = _solved(problem)
    best = best_by_trying(problem)
    floors = [one.floor for one in told]
    assert floors == sorted(floors)
    loads = [one.heaviest for one in told if one.heaviest is not None]
    assert loads == sorted(loads, reverse=True)
    if best is None:
        assert last.certainty is Certainty.INFEASIBLE
        assert last.heaviest is None
        return
    assert all(one.floor <= best for one in told)
    assert last.certainty is Certainty.PROVEN
    assert (last.heaviest, last.floor) == (best, best)
    _obeys(problem, last)


@pytest.mark.parametrize("block", range(8))
def test_every_proof_agrees_with_trying_everything(block: int) -> None:
    for seed in range(block * 40, block * 40 + 40):
        _agrees(make_problem(seed))


@pytest.mark.parametrize("seed", range(60))
def test_one_helper_agrees_with_trying_everything(seed: int) -> None:
    _agrees(make_problem(seed, helpers=1))


@pytest.mark.parametrize("seed", range(12))
def test_two_helpers_agree_with_trying_everything(seed: int) -> None:
    _agrees(make_problem(1000 + seed, helpers=2))


def test_counting_is_never_above_the_truth_and_whole_units_hold_for_any_number_of_changes() -> None:
    for seed in range(300):
        problem = make_problem(seed)
        terms, best = terms_of(problem), best_by_trying(problem)
        assert best is None or counting_bound(terms).floor <= best
        free = best_by_trying(replace(problem, most_changes=len(problem.workloads)))
        assert free is None or whole_units_bound(terms).floor <= free


def test_nobody_gives_up_fewer_units_than_counted() -> None:
    for seed in range(0, 300, 3):
        problem = make_problem(seed)
        for top in (0, 3, 10):
            asked = {one.leader: one.units for one in must_give(terms_of(problem), top)}
            for plan in legal_plans(problem):
                load = load_below_caps(problem, plan)
                if load is not None and load <= top:
                    for leader, units in asked.items():
                        kept = np.array(plan) == leader
                        assert np.count_nonzero((problem.today == leader) & ~kept) >= units


def test_two_pieces_that_are_joined_make_room_for_an_exclave_far_away() -> None:
    line = np.array([(at, at + 1) for at in range(6)], dtype=np.int64)
    problem = Problem(
        unit_ids=tuple(range(7)), leader_ids=(0, 1), workloads=np.array([0, 1, 0, 5, 5, 9, 0]),
        today=np.array([0, 1, 0, 1, 1, 1, 1]), has_place=np.ones(7, dtype=bool), edges=line,
        fixed=np.zeros(2, dtype=np.int64), shares=np.full(2, 100), most_changes=2,
        demands=tuple(Demand(DemandKind.PIN, unit) for unit in (0, 2, 3)),
    )  # fmt: skip
    _, last = _solved(problem)
    assert {(one.unit, one.leader) for one in last.moves} == {(1, 0), (5, 0)}
    _agrees(problem)


@pytest.mark.parametrize("block", range(4))
def test_a_target_is_reached_with_the_fewest_changes(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        problem = make_problem(seed)
        best = best_by_trying(problem)
        for target in {0, 5} if best is None else {best, best + 2, max(0, best - 1)}:
            _, last = _solved(replace(problem, target=target))
            needed = [
                sum(one not in (was, NOBODY) for one, was in zip(problem.today.tolist(), plan, strict=True))
                for plan in legal_plans(problem)
                if (load := load_below_caps(problem, plan)) is not None and load <= target
            ]
            if not needed:
                assert last.certainty is Certainty.INFEASIBLE
                continue
            assert last.certainty is Certainty.PROVEN
            changed = [one for one in last.moves if problem.today[one.unit] != NOBODY]
            assert len(changed) == min(needed)
            _obeys(problem, last)
