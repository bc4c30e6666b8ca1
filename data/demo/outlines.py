"""Outlines of areas made of cells: smooth, wandering lines drawn once, so that neighbours share every vertex.

The boundary of the finest level runs along ridges of the mesh. At every corner that only two boundary ridges
meet, it is cut short from the middle of one ridge to the middle of the next, inside the convex cell that both
border; then each piece wanders within two triangles: towards the corner cut off, or towards the hearts of the
cells beside it. Those triangles never overlap, so no two pieces can cross, whatever the noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from data.demo.divide import OUTSIDE
from data.demo.mesh import Index, Mesh
from data.demo.terrain import Metres, to_degrees

_INNER = 7
"""Vertices that a long piece gets between its ends; shorter ones get 3 or 1 of them."""
_FULL_M, _MEDIUM_M = 420.0, 140.0
_WANDER = 0.16
_ROUGHNESS = 0.55
_SAFE = 0.8
"""Part of the free triangle that a piece may use."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces of boundary: (n, 9, 2) vertices in degrees (unused inner ones NaN), the nodes that each joins,
    and the cells to the left and right of it."""

    vertices: Metres
    nodes: Index
    left: Index
    right: Index


def draw_pieces(mesh: Mesh, labels: Index, rng: np.random.Generator) -> Pieces:
    """Return the pieces of boundary between cells of different ``labels``, and towards the outside."""
    ends, nodes, sides, apexes = _straight_pieces(mesh, labels)
    left_first = _cross(ends[:, 1] - ends[:, 0], mesh.hearts[sides[:, 0]] - ends[:, 0]) > 0
    left, right = np.where(left_first, sides.T, sides.T[::-1])
    lines = _wander(ends, apexes, rng)
    lon, lat = to_degrees(lines[..., 0], lines[..., 1])
    return Pieces(np.stack([lon, lat], axis=-1), nodes, left, right)


def outline(pieces: Pieces, labels: Index, count: int) -> npt.NDArray[np.object_]:
    """Return the MultiPolygon (EPSG:4490) of each label 0 … count-1.

    ``labels`` may be coarser than those that the pieces were drawn for, never finer.
    """
    rings = _rings(pieces, labels)
    owners = np.array([owner for owner, _ in rings])
    sizes = [len(ring) for _, ring in rings]
    points = np.concatenate([ring for _, ring in rings])
    polygons = shapely.polygons(shapely.linearrings(points, indices=np.repeat(np.arange(len(rings)), sizes)))
    is_shell = shapely.is_ccw(shapely.get_exterior_ring(polygons))
    order = np.argsort(owners, kind="stable")
    areas = np.empty(count, dtype=object)
    for mine in np.split(order, np.flatnonzero(np.diff(owners[order])) + 1):
        areas[owners[mine[0]]] = _assemble(polygons[mine[is_shell[mine]]], polygons[mine[~is_shell[mine]]])
    return areas


def _straight_pieces(mesh: Mesh, labels: Index) -> tuple[Metres, Index, Index, Metres]:
    """Return ends (n, 2, 2), end nodes, side cells and the free triangles' apexes (n, 2, 2) of all pieces."""
    parts = labels[mesh.ridge_cells]
    ridges = np.flatnonzero(parts[:, 0] != parts[:, 1])
    middles = mesh.corners[mesh.ridge_corners[ridges]].mean(axis=1)
    degree = np.bincount(mesh.ridge_corners[ridges].ravel(), minlength=len(mesh.corners))
    tips = np.stack([np.repeat(np.arange(len(ridges)), 2), mesh.ridge_corners[ridges].ravel()], axis=1)
    at_junction = degree[tips[:, 1]] != 2
    stubs, bends = tips[at_junction], tips[~at_junction]
    from_junctions = _stub_pieces(mesh, ridges, middles, stubs)
    across_corners = _bend_pieces(mesh, ridges, middles, bends)
    ends, nodes, sides, apexes = zip(from_junctions, across_corners, strict=True)
    return np.concatenate(ends), np.concatenate(nodes), np.concatenate(sides), np.concatenate(apexes)


def _stub_pieces(
    mesh: Mesh, ridges: Index, middles: Metres, stubs: Index
) -> tuple[Metres, Index, Index, Metres]:
    """Return the pieces from a junction of boundaries to the middle of a ridge."""
    ridge, corner = stubs.T
    ends = np.stack([mesh.corners[corner], middles[ridge]], axis=1)
    cells = mesh.ridge_cells[ridges[ridge]]
    return ends, np.stack([len(ridges) + corner, ridge], axis=1), cells, mesh.hearts[cells]


def _bend_pieces(
    mesh: Mesh, ridges: Index, middles: Metres, bends: Index
) -> tuple[Metres, Index, Index, Metres]:
    """Return the pieces that cut a corner between the middles of two ridges of one cell."""
    bends = bends[np.argsort(bends[:, 1], kind="stable")]
    pair, corner = bends[:, 0].reshape(-1, 2), bends[::2, 1]
    first, second = mesh.ridge_cells[ridges[pair[:, 0]]], mesh.ridge_cells[ridges[pair[:, 1]]]
    first_shared = (first[:, :1] == second).any(axis=1)
    inner, outer = np.where(first_shared, first.T, first.T[::-1])
    apexes = np.stack([mesh.hearts[inner], mesh.corners[corner]], axis=1)
    return middles[pair], pair, np.stack([inner, outer], axis=1), apexes


def _wander(ends: Metres, apexes: Metres, rng: np.random.Generator) -> Metres:
    """Return (n, 9, 2) vertices of the pieces with noise across them; NaN where a short one has fewer."""
    along = ends[:, 1] - ends[:, 0]
    length = np.hypot(*along.T)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    t = np.linspace(0, 1, _INNER + 2)
    offset = _midpoint_noise(rng, len(ends))
    for apex in (apexes[:, 0], apexes[:, 1]):
        height, foot = _in_frame(apex - ends[:, 0], along, across, length)
        room = _SAFE * np.abs(height)[:, None] * _free_share(t, foot)
        upward = height[:, None] > 0
        offset = np.where(upward, np.minimum(offset, room), np.maximum(offset, -room))
    lines = ends[:, :1] + t[:, None] * along[:, None] + offset[..., None] * across[:, None]
    lines[:, 0], lines[:, -1] = ends[:, 0], ends[:, 1]
    lines[length < _FULL_M, 1::2] = np.nan
    lines[np.ix_(length < _MEDIUM_M, [2, 6])] = np.nan
    return lines


def _midpoint_noise(rng: np.random.Generator, count: int) -> Metres:
    """Return (count, 9) offsets across a piece in its own lengths, by midpoint displacement."""
    offset = np.zeros((count, _INNER + 2))
    height, step = _WANDER, (_INNER + 1) // 2
    while step:
        middles = np.arange(step, _INNER + 1, 2 * step)
        between = (offset[:, middles - step] + offset[:, middles + step]) / 2
        offset[:, middles] = between + height * rng.standard_normal((count, len(middles)))
        height, step = height * _ROUGHNESS, step // 2
    return offset


def _in_frame(apex: Metres, along: Metres, across: Metres, length: Metres) -> tuple[Metres, Metres]:
    """Return an apex's height across and its foot along a piece, both in lengths of the piece."""
    return (apex * across).sum(axis=1) / length**2, (apex * along).sum(axis=1) / length**2


def _free_share(t: Metres, foot: Metres) -> Metres:
    """Return how high, as a part of the apex's height, a triangle over [0, 1] with that foot is at each t."""
    foot = foot[:, None]
    rising = np.where(foot > 0, t / np.where(foot > 0, foot, 1), np.inf)
    falling = np.where(foot < 1, (1 - t) / np.where(foot < 1, 1 - foot, 1), np.inf)
    return np.minimum(rising, falling)


def _rings(pieces: Pieces, labels: Index) -> list[tuple[int, Metres]]:
    """Return (label, closed ring) of every boundary, each with its label to the left."""
    left, right = labels[pieces.left], labels[pieces.right]
    parted = left != right
    forward = np.flatnonzero(parted & (left != OUTSIDE))
    backward = np.flatnonzero(parted & (right != OUTSIDE))
    owner = np.concatenate([left[forward], right[backward]])
    start = np.concatenate([pieces.nodes[forward, 0], pieces.nodes[backward, 1]])
    end = np.concatenate([pieces.nodes[forward, 1], pieces.nodes[backward, 0]])
    lines = np.concatenate([pieces.vertices[forward], pieces.vertices[backward, ::-1]])
    following = _following(owner, start, end)
    return [(int(owner[ring[0]]), _join(lines[ring])) for ring in _cycles(following)]


def _following(owner: Index, start: Index, end: Index) -> Index:
    """Return for each directed piece the next one around its owner; a node has one at most."""
    span = int(max(start.max(), end.max())) + 1
    starts, ends = owner * span + start, owner * span + end
    order = np.argsort(starts, kind="stable")
    return order[np.searchsorted(starts[order], ends)]


def _cycles(following: Index) -> list[list[int]]:
    steps = following.tolist()
    seen = bytearray(len(steps))
    cycles = []
    for first in range(len(steps)):
        cycle = []
        piece = first
        while not seen[piece]:
            seen[piece] = 1
            cycle.append(piece)
            piece = steps[piece]
        if cycle:
            cycles.append(cycle)
    return cycles


def _join(lines: Metres) -> Metres:
    points = lines[:, :-1].reshape(-1, 2)
    points = points[~np.isnan(points[:, 0])]
    return np.concatenate([points, points[:1]])


def _assemble(shells: npt.NDArray[np.object_], holes: npt.NDArray[np.object_]) -> shapely.MultiPolygon:
    """Return a MultiPolygon of shells with each hole in the smallest shell that contains it."""
    by_size = shells[np.argsort(shapely.area(shells), kind="stable")]
    inner: list[list[object]] = [[] for _ in by_size]
    for hole in holes:
        home = int(np.argmax(shapely.contains(by_size, hole)))
        inner[home].append(shapely.get_exterior_ring(hole))
    rims = shapely.get_exterior_ring(by_size)
    return shapely.MultiPolygon([shapely.Polygon(*both) for both in zip(rims, inner, strict=True)])


def _cross(a: Metres, b: Metres) -> Metres:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
