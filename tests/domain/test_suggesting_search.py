"""Searching: whatever is suggested for a city, at any moment, breaks no rule; streams only get better."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planning_city import make_annex_problem, make_city
from grid.suggesting import search
from grid.suggesting.cutting import broken_cuts
from grid.suggesting.exact import Prover, Verdict
from grid.suggesting.helping import relieve, share_out
from grid.suggesting.model import Cut
from grid.suggesting.pieces import pieces_of
from grid.suggesting.problem import NOBODY, Certainty, Demand, DemandKind, Help, Ints, Problem
from grid.suggesting.solving import evaluate, solve
from grid.suggesting.terms import Terms, heaviest_of, holders_of, is_legal, loads_of, terms_of
from tests.domain.suggesting_cases import make_problem, may_lead, pieces


@st.composite
def _cities(draw: st.DrawFn) -> Problem:
    """Cities of 20 to 40 areas: some with nobody, exclaves, departments, pins, forbidden pairs, shares."""
    n, m = draw(st.integers(20, 40)), draw(st.integers(2, 7))
    city = make_city(n, m, draw(st.integers(0, 8)), seed=draw(st.integers(0, 999)))
    units, leaders = st.integers(0, n - 1), st.integers(0, m - 1)
    today = city.today.copy()
    for unit in draw(st.lists(units, max_size=2)):
        today[unit] = NOBODY
    for unit, leader in draw(st.lists(st.tuples(units, leaders), max_size=3)):
        today[unit] = leader
    has_place = city.has_place.copy()
    has_place[draw(st.lists(units, max_size=3))] = False
    pins = [Demand(DemandKind.PIN, unit) for unit in draw(st.lists(units, max_size=4))]
    denied = draw(st.lists(st.tuples(units, leaders), max_size=6))
    return replace(
        city, today=today, has_place=has_place,
        shares=np.array(draw(st.lists(st.sampled_from([100, 100, 60, 0]), min_size=m, max_size=m))),
        demands=(*pins, *(Demand(DemandKind.FORBID, unit, leader) for unit, leader in denied)),
    )  # fmt: skip


def _obeys(problem: Problem, holders: Ints) -> bool:
    """Whether a plan breaks no rule, checked another way than the solver does."""
    led = problem.today != NOBODY
    return (
        np.count_nonzero(holders[led] != problem.today[led]) <= problem.most_changes
        and all(may_lead(problem, unit, leader) for unit, leader in enumerate(holders.tolist()))
        and all(
            pieces(problem, holders.tolist(), one) <= max(1, pieces(problem, problem.today.tolist(), one))
            for one in range(len(problem.leader_ids))
        )
    )


@settings(max_examples=25, deadline=None)
@given(_cities())
def test_every_suggestion_of_a_stream_is_legal_and_no_worse_than_the_last(problem: Problem) -> None:
    best, floor = None, 0
    for told in solve(problem, 0.4):
        assert told.floor >= floor
        floor = told.floor
        if told.heaviest is None:
            assert best is None
            continue
        assert _obeys(problem, holders_of(problem, told.moves))
        assert evaluate(problem, told.moves, told.helps) == told.heaviest
        assert best is None or told.heaviest <= best
        assert told.heaviest >= floor
        best = told.heaviest


@settings(max_examples=15, deadline=None)
@given(_cities(), st.integers(0, 9))
def test_annealing_keeps_every_rule_and_goes_below_what_was_known(problem: Problem, seed: int) -> None:
    terms = terms_of(problem)
    begin = search.greedy(terms)
    known = heaviest_of(problem, loads_of(problem, begin))
    for found in search.improve(terms, begin, best=known, seed=seed, seconds=0.1):
        assert _obeys(problem, found)
        below = heaviest_of(problem, loads_of(problem, found))
        assert below < known
        known = below


def test_annealing_finds_the_best_of_a_small_city() -> None:
    terms = terms_of(make_city(15, 11, 4, seed=5))
    proven = list(solve(terms.problem, 20.0))[-1]
    assert proven.certainty is Certainty.PROVEN
    found = search.improve(terms, terms.problem.today, best=1000, seed=1, seconds=20.0)
    assert any(heaviest_of(terms.problem, loads_of(terms.problem, one)) == proven.heaviest for one in found)


def test_loads_are_evened_out_under_the_heaviest_and_idle_moves_taken_back() -> None:
    problem = make_city(60, 15, 8, seed=1)
    terms = terms_of(problem)
    begin = search.greedy(terms)
    top = heaviest_of(problem, loads_of(problem, begin))
    even = search.even_out(terms, begin, top=top, seed=1, seconds=0.3)
    assert _obeys(problem, even)
    assert loads_of(problem, even).max() <= top
    assert (loads_of(problem, even) ** 2).sum() < (loads_of(problem, begin) ** 2).sum()
    idle = replace(problem, workloads=np.zeros(60, dtype=np.int64))
    assert (search.take_back(terms_of(idle), begin, 0) == idle.today).all()


_GRAPHS = (
    ([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7)], [0, 1, 0, 1, 1, 1, 1, 1]),
    ([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (0, 7), (2, 6)], [0, 0, 0, 1, 1, 1, 1, 1]),
    ([(0, 1), (1, 2), (0, 3), (1, 4), (2, 5), (3, 4), (4, 5), (5, 6), (6, 7)], [0, 1, 0, 0, 1, 1, 0, 1]),
    ([(0, 1), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 4), (4, 7)], [1, 0, 0, 1, 1, 1, 1, 0]),
)
"""Eight areas and whose they are: two pieces, one piece on a ring, pieces on a ladder, arms."""


@pytest.mark.parametrize(("edges", "today"), _GRAPHS)
def test_cuts_are_broken_by_what_they_were_made_for_and_by_no_legal_plan(
    edges: list[tuple[int, int]], today: list[int]
) -> None:
    problem = replace(
        make_city(8, 2, 8), edges=np.array(edges, dtype=np.int64), today=np.array(today, dtype=np.int64)
    )
    terms = terms_of(problem)
    plans = np.array(list(itertools.product((0, 1), repeat=8)))
    parts = np.array([pieces_of(problem, plan) for plan in plans])
    legal = plans[(parts <= terms.most_pieces).all(axis=1)]
    seen = 0
    for plan in plans:
        for cut in broken_cuts(terms, plan):
            seen += 1
            assert _values(terms, cut, plan[None, :])[0] > cut.most
            assert (_values(terms, cut, legal) <= cut.most).all()
    assert seen > 30


def _values(terms: Terms, cut: Cut, plans: Ints) -> Ints:
    held = plans == cut.leader
    kept = held[:, terms.problem.today == cut.leader].any(axis=1) & cut.kept
    told: Ints = held[:, list(cut.units)].sum(axis=1) + kept - held[:, list(cut.between)].sum(axis=1)
    return told


def test_helpers_of_the_annex_gain_what_is_proven_and_whole_units_nothing() -> None:
    annex = make_annex_problem()
    whole = list(solve(replace(annex, most_changes=14), 20.0))[-1]
    assert (whole.heaviest, whole.whole_units_floor, whole.certainty) == (44, 44, Certainty.PROVEN)
    for helpers, heaviest in ((2, 27), (3, 24), (4, 24), (8, 20)):
        told = list(solve(replace(annex, most_helpers=helpers), 20.0))[-1]
        assert (told.certainty, told.heaviest, told.floor) == (Certainty.PROVEN, heaviest, heaviest)
        assert len(told.helps) <= helpers
        assert is_legal(terms_of(replace(annex, most_helpers=helpers)), annex.today, told.helps)


def test_each_helper_without_a_load_brings_the_next_leader_down_to_the_one_after() -> None:
    loads = np.array([44, 44, 38, 35, 25, 11, 9, 8, 8, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0], dtype=np.int64)
    annex = make_annex_problem()
    real = replace(
        annex, unit_ids=tuple(range(11)), workloads=loads[:11], today=np.arange(11),
        has_place=np.ones(11, dtype=bool), edges=np.zeros((0, 2), dtype=np.int64),
        leader_ids=tuple(range(19)), fixed=np.zeros(19, dtype=np.int64), shares=np.full(19, 100),
    )  # fmt: skip
    assert loads.sum() == 237
    for helpers, heaviest in ((2, 38), (3, 35), (4, 25)):
        told = list(solve(replace(real, most_helpers=helpers), 20.0))[-1]
        assert (told.certainty, told.heaviest) == (Certainty.PROVEN, heaviest)


def test_greedy_help_is_legal_and_amounts_flow_to_the_last_whole_case() -> None:
    annex = replace(make_annex_problem(), most_helpers=2)
    terms = terms_of(annex)
    assert is_legal(terms, annex.today, relieve(terms, annex.today))
    assert share_out(terms, annex.today, [(0, 11), (1, 10)], 27) == (Help(0, 11, 17), Help(1, 10, 17))
    assert share_out(terms, annex.today, [(0, 11), (1, 10)], 26) is None


def test_a_prover_out_of_time_says_that_it_does_not_know() -> None:
    assert Prover(terms_of(make_city(180, 20, 15))).answer(165, 0.0).verdict is Verdict.UNKNOWN


def test_a_target_of_a_city_is_reached_with_a_proof_of_the_fewest_changes() -> None:
    city = make_city(30, 6, 4, seed=1)
    best = next(told for told in solve(city, 60.0) if told.certainty is Certainty.PROVEN)
    told = list(solve(replace(city, target=best.heaviest), 60.0))[-1]
    assert told.certainty is Certainty.PROVEN
    assert evaluate(city, told.moves) <= (best.heaviest or 0)
    fewer = replace(city, target=best.heaviest, most_changes=len(told.moves) - 1)
    assert list(solve(fewer, 60.0))[-1].certainty is Certainty.INFEASIBLE
    assert list(solve(replace(city, target=best.floor - 1), 60.0))[-1].certainty is Certainty.INFEASIBLE


def test_no_leaders_share_no_units_and_no_time_are_answered() -> None:
    empty = replace(make_problem(1), unit_ids=(), workloads=np.zeros(0, dtype=np.int64),
                    today=np.zeros(0, dtype=np.int64), has_place=np.zeros(0, dtype=bool),
                    edges=np.zeros((0, 2), dtype=np.int64), demands=(), most_changes=0)  # fmt: skip
    told = list(solve(empty, 1.0))[-1]
    assert told.certainty is Certainty.PROVEN
    assert told.moves == ()
    city = make_city(30, 3, 5)
    assert list(solve(city, 0.0))[-1].heaviest is not None
    nobody = replace(city, shares=np.zeros(3, dtype=np.int64), today=np.full(30, NOBODY))
    assert list(solve(nobody, 2.0))[-1].certainty is Certainty.INFEASIBLE
