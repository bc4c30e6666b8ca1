"""Synthetic coverages: areas that share wiggled edges exactly, with faults on purpose, and points on them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Voronoi

FRAME = (119.5, 28.0, 120.83, 29.17)
"""Degrees; some 17,000 km²."""
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

_WIGGLE = 0.12
_FAULT_DEG = 0.0004


def make_coverage(seed: int, count: int, steps: int = 16, faults: int = 64) -> Geometries:
    """Return about ``count`` areas whose shared edges are wiggled in ``steps`` steps each, degrees.

    Of the faults a third are gaps (an area shrunk), a third overlaps (an area grown) and a third slivers (a
    neighbour's border drawn anew, so that both overlap and gap alternate along it).
    """
    rng = np.random.default_rng(seed)
    seeds = _seeds(rng, count)
    diagram = Voronoi(seeds)
    arcs = _wiggle(rng, diagram.vertices[np.array(diagram.ridge_vertices)], steps)
    rings = _rings(diagram, arcs, len(seeds))
    shapes = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    return _spoil(rng, shapely.make_valid(shapes), faults)


def draw_points(seed: int, count: int, clustered: float = 0.7) -> tuple[Floats, Floats]:
    """Return points, most of them around forty centres, the others anywhere in the frame; lon and lat."""
    rng = np.random.default_rng(seed)
    west, south, east, north = FRAME
    near = rng.random(count) < clustered
    centres = np.column_stack(
        [rng.uniform(west + 0.1, east - 0.1, 40), rng.uniform(south + 0.1, north - 0.1, 40)]
    )
    chosen = centres[rng.integers(0, 40, count)] + rng.normal(0, 0.02, (count, 2))
    lon = np.where(near, chosen[:, 0], rng.uniform(west, east, count))
    lat = np.where(near, chosen[:, 1], rng.uniform(south, north, count))
    return lon, lat


def _seeds(rng: np.random.Generator, count: int) -> Floats:
    """Return a jittered lattice over the frame, with one row more all around, whose cells are left out."""
    west, south, east, north = FRAME
    columns = max(round(np.sqrt(count)), 1)
    rows = max(round(count / columns), 1)
    at = np.stack(np.meshgrid(np.arange(-1, columns + 1), np.arange(-1, rows + 1)), axis=-1).reshape(-1, 2)
    inner = ((at >= 0) & (at < [columns, rows])).all(axis=1)
    at = at + 0.5 + rng.uniform(-0.35, 0.35, at.shape)
    at = np.concatenate([at[inner], at[~inner]])
    return np.asarray(at / [columns, rows] * [east - west, north - south] + [west, south])


def _wiggle(rng: np.random.Generator, ends: Floats, steps: int) -> Floats:
    """Return lines (n, steps + 1, 2) between ends (n, 2, 2), pushed aside most in their middle."""
    along = np.linspace(0, 1, steps + 1)[None, :, None]
    line = ends[:, :1] * (1 - along) + ends[:, 1:] * along
    across = (ends[:, 1] - ends[:, 0])[:, ::-1] * [-1, 1]
    push = rng.normal(0, 1, (len(ends), steps + 1)).cumsum(axis=1)
    push -= push[:, -1:] * along[..., 0]
    push *= 4 * (along * (1 - along))[..., 0] * _WIGGLE / np.sqrt(steps)
    return np.asarray(line + push[..., None] * across[:, None])


def _rings(diagram: Voronoi, arcs: Floats, seeds: int) -> list[Floats]:
    """Return the ring of every cell that is closed, in the order of its seed."""
    by_seed: dict[int, dict[int, list[tuple[int, Floats]]]] = {}
    for (one, other), (start, end), arc in zip(
        diagram.ridge_points, diagram.ridge_vertices, arcs, strict=True
    ):
        for seed in (one, other):
            links = by_seed.setdefault(int(seed), {})
            links.setdefault(start, []).append((end, arc))
            links.setdefault(end, []).append((start, arc[::-1]))
    west, south, east, north = FRAME
    inside = (diagram.points > [west, south]).all(axis=1) & (diagram.points < [east, north]).all(axis=1)
    return [_ring(by_seed[seed]) for seed in np.flatnonzero(inside) if -1 not in by_seed[seed]]


def _ring(links: dict[int, list[tuple[int, Floats]]]) -> Floats:
    start = at = next(iter(links))
    before, pieces = -1, []
    while True:
        after, arc = next((end, arc) for end, arc in links[at] if end != before)
        pieces.append(arc[:-1])
        before, at = at, after
        if at == start:
            return np.concatenate([*pieces, pieces[0][:1]])


def _spoil(rng: np.random.Generator, shapes: Geometries, faults: int) -> Geometries:
    chosen = rng.permutation(len(shapes))[:faults]
    for number, at in enumerate(chosen):
        if number % 3 == 2:
            nudge = rng.normal(0, _FAULT_DEG / 8, shapely.get_num_coordinates(shapes[at]))
            shapes[at] = shapely.make_valid(
                shapely.transform(shapes[at], lambda xy, by=nudge: xy + by[:, None] * (xy != xy[0]))
            )
        else:
            shapes[at] = shapely.buffer(shapes[at], (-1, 1)[number % 3] * _FAULT_DEG)
    return shapes
