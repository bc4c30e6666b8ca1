"""Dividing a town: every grid once, patches in one piece, loads even, the same for the same seed."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from scipy.spatial import Delaunay

from grid.patches import NOBODY, DivideAsked, PatchGraph, divide, evaluate, polishing
from grid.patches.bisecting import bisect
from grid.patches.graph import IntArray, link_islands
from grid.patches.measuring import count_pieces
from grid.patches.polishing import Band, fair_band, polish


def mesh(size: int, seed: int, *, islands: int = 0) -> PatchGraph:
    """Return a town of grids of unlike weights; ``islands`` far ones of three grids each beside it."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(size**0.5))
    lattice = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)[:size]
    xy_m = lattice * 300.0 + rng.normal(0, 60, (size, 2))
    corners = Delaunay(xy_m).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
    for island in range(islands):
        first = size + 3 * island
        at = np.array(
            [[-9000.0 * (island + 1), 0], [-9000.0 * (island + 1), 300], [-9000.0 * (island + 1), 600]]
        )
        xy_m = np.concatenate([xy_m, at])
        pairs = np.concatenate([pairs, [[first, first + 1], [first + 1, first + 2]]])
    weights = np.maximum(1, rng.lognormal(2.3, 0.6, len(xy_m))).astype(np.int64)
    return PatchGraph(weights, xy_m, pairs, rng.uniform(50, 400, len(pairs)))


def star(leaves: int) -> PatchGraph:
    """Return grids that touch one in the middle alone."""
    angle = np.linspace(0, 6, leaves)
    xy_m = np.concatenate([[[0.0, 0.0]], 500 * np.stack([np.cos(angle), np.sin(angle)], axis=1)])
    pairs = np.stack([np.zeros(leaves, dtype=np.int64), np.arange(1, leaves + 1)], axis=1)
    return PatchGraph(np.ones(leaves + 1, dtype=np.int64), xy_m, pairs, np.full(leaves, 100.0))


def pieces_within(graph: PatchGraph, part: IntArray) -> int:
    """Return the most pieces that a patch has in any one piece of the town; written out, as an oracle."""
    near: dict[int, set[int]] = {grid: set() for grid in range(len(part))}
    for one, other in graph.pairs.tolist():
        near[one].add(other)
        near[other].add(one)

    def reach(start: int, inside: set[int]) -> frozenset[int]:
        reached, edge = {start}, {start}
        while edge:
            edge = {there for here in edge for there in near[here] & inside} - reached
            reached |= edge
        return frozenset(reached)

    everything = set(near)
    land = {grid: reach(grid, everything) for grid in near}
    counts: dict[tuple[int, frozenset[int]], set[frozenset[int]]] = {}
    for grid in near:
        own = {there for there in near if part[there] == part[grid]}
        counts.setdefault((int(part[grid]), land[grid]), set()).add(reach(grid, own))
    return max(map(len, counts.values()))


@pytest.mark.parametrize("seed", range(12))
def test_a_town_is_shared_out_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    workers = int(rng.integers(1, 14))
    graph = mesh(int(rng.integers(16, 160)), seed, islands=seed % 4)
    part = divide(graph, DivideAsked(workers, seed=seed))
    assert sorted(set(part.tolist())) == list(range(workers))
    assert pieces_within(graph, part) == 1
    assert (divide(graph, DivideAsked(workers, seed=seed)) == part).all()


@pytest.mark.parametrize(("size", "workers", "most"), [(300, 20, 1.03), (240, 8, 1.012), (900, 30, 1.015)])
def test_loads_are_even_and_borders_no_longer_than_bisection_left_them(
    size: int, workers: int, most: float
) -> None:
    graph = mesh(size, 3)
    linked = link_islands(graph)
    found = evaluate(graph, divide(graph, DivideAsked(workers)), workers)
    cut = evaluate(graph, bisect(linked, workers), workers)
    assert found.ratio is not None
    assert found.ratio <= most
    assert found.pieces == found.unavoidable == workers
    assert found.between_m < cut.between_m


def test_a_wider_tolerance_makes_shorter_borders() -> None:
    """Balance alone would ruin compactness: within the tolerance nothing is paid for it."""
    graph = mesh(300, 5)
    between = [
        evaluate(graph, divide(graph, DivideAsked(12, tolerance=wide)), 12).between_m for wide in (0.0, 0.2)
    ]
    assert between[1] < 0.95 * between[0]


def test_the_compiled_loop_does_what_the_plain_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = mesh(80, 2)
    linked = link_islands(graph)
    part, band = bisect(linked, 6), fair_band(graph.weights, 6, 0.01)
    compiled = importlib.import_module("grid.patches.kernels_compiled")
    plain = importlib.import_module("grid.patches.kernels").make(lambda loop: loop)
    answers = []
    for loop in (plain, compiled.anneal):
        monkeypatch.setattr(polishing, "_loop", lambda _size, loop=loop: loop)
        answers.append(polish(linked, part, band, np.random.default_rng(1)))
    assert (answers[0] == answers[1]).all()
    assert (answers[0] != part).any()


@pytest.mark.parametrize("leaves", [3, 7, 20])
@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_a_star_has_connected_parts_however_few_ways_there_are(leaves: int, workers: int) -> None:
    graph = star(leaves)
    part = divide(graph, DivideAsked(workers))
    assert set(part.tolist()) == set(range(workers))
    assert pieces_within(graph, part) == 1


def test_a_huge_grid_is_a_patch_of_its_own_and_the_others_share_the_rest() -> None:
    weights = np.ones(49, dtype=np.int64)
    weights[24] = 500
    graph = PatchGraph(weights, mesh(49, 1).xy_m, mesh(49, 1).pairs, mesh(49, 1).border_m)
    part = divide(graph, DivideAsked(5))
    assert (part == part[24]).sum() == 1
    others = np.bincount(part, minlength=5)
    assert others[np.arange(5) != part[24]].max() <= 13
    assert fair_band(weights, 5, 0.0) == Band(12.0, 12.0)


def test_what_is_hardly_a_town_is_shared_out_too() -> None:
    none = PatchGraph(np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros((0, 2), np.int64), np.zeros(0))
    assert divide(none, DivideAsked(3)).tolist() == []
    assert evaluate(none, np.zeros(0, np.int64), 3).ratio is None
    graph = star(2)
    assert sorted(divide(graph, DivideAsked(9)).tolist())[0] >= 0
    assert len(set(divide(graph, DivideAsked(9)).tolist())) == 3
    assert divide(graph, DivideAsked(1)).tolist() == [0, 0, 0]
    apart = PatchGraph(np.zeros(30, np.int64), np.random.default_rng(1).normal(size=(30, 2)) * 1000,
                       np.zeros((0, 2), np.int64), np.zeros(0))  # fmt: skip
    assert np.bincount(divide(apart, DivideAsked(6))).max() <= 7
    same = PatchGraph(np.ones(8, np.int64), np.zeros((8, 2)), np.zeros((0, 2), np.int64), np.zeros(0))
    assert len(set(divide(same, DivideAsked(4)).tolist())) == 4


def test_a_question_that_makes_no_sense_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no workers"):
        divide(star(3), DivideAsked(0))
    with pytest.raises(ValueError, match="no workers"):
        divide(star(3), DivideAsked(2, today=np.array([0, 1, 2, 0])))
    with pytest.raises(ValueError, match="lengths"):
        PatchGraph(np.ones(3, np.int64), np.zeros((2, 2)), np.zeros((0, 2), np.int64), np.zeros(0))
    with pytest.raises(ValueError, match="no grid"):
        PatchGraph(np.ones(2, np.int64), np.zeros((2, 2)), np.array([[0, 2]]), np.ones(1))
    with pytest.raises(ValueError, match="negative"):
        PatchGraph(-np.ones(2, np.int64), np.zeros((2, 2)), np.array([[0, 1]]), np.ones(1))


@pytest.mark.parametrize("seed", range(6))
def test_workers_keep_the_patches_they_know(seed: int) -> None:
    """The parts are handed out so that the fewest grids change hands: no other way of it keeps more."""
    rng = np.random.default_rng(seed)
    graph = mesh(90, seed)
    before = divide(graph, DivideAsked(5, seed=seed))
    today = rng.permutation(5)[before]
    today[rng.random(90) < 0.1] = NOBODY
    after = divide(graph, DivideAsked(5, today=today, seed=seed))
    assert (after == today)[today >= 0].all()


@pytest.mark.parametrize("seed", range(6))
def test_pins_hold_and_what_they_tear_off_is_mended(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = mesh(100, seed)
    today = rng.integers(0, 6, 100)
    pinned = rng.random(100) < 0.06
    part = divide(graph, DivideAsked(6, today=today, pinned=pinned, seed=seed))
    assert (part[pinned] == today[pinned]).all()
    # Whatever lies apart from its patch is there for a pinned grid's sake.
    assert count_pieces(graph, part) <= 6 + int(pinned.sum())
    free = divide(graph, DivideAsked(6, today=today, seed=seed))
    assert count_pieces(graph, free) == 6


def test_a_division_is_judged_by_what_it_is() -> None:
    graph = PatchGraph(np.array([4, 1, 1, 2]), np.arange(8.0).reshape(4, 2),
                       np.array([[0, 1], [1, 2], [2, 3]]), np.array([10.0, 20.0, 30.0]))  # fmt: skip
    found = evaluate(graph, np.array([0, 1, 0, NOBODY]), 2, today=np.array([0, 0, 0, NOBODY]))
    assert (found.maximum, found.mean, found.ratio, found.floor) == (5, 4.0, 1.25, 4)
    assert (found.pieces, found.unavoidable, found.changes) == (3, 2, 1)
    assert (found.between_m, found.between_share) == (60.0, 1.0)
