"""Edges of outlines: where they run on a raster, and on which side of them a point is, with certainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from grid.placing.frame import MARGIN, Floats, Frame, Ints

Mask = npt.NDArray[np.bool_]

_SURE = 4e-16
"""Above Shewchuk's bound (3 + 16 u) u, u = 2 ** -53, of what a determinant is rounded by (1997)."""
_LEVEL = 1e-2
"""An edge that climbs less, in cells, is taken to be in all its columns at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edges of all outlines, those that outlines share once.

    ``ends`` is (m, 4): x and y of one end and of the other, degrees. ``uses`` (n,) is the edge and ``owners``
    (n,) the outline, by its position, of every use.
    """

    ends: Floats
    uses: Ints
    owners: Ints


def read_edges(geometries: npt.NDArray[np.object_]) -> Edges:
    """Return the edges of polygons, holes and all parts included."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = (ring[1:] == ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    ends = np.concatenate([points[:-1], points[1:]], axis=1)[joined]
    owners = owner[part[ring[1:][joined]]].astype(np.int64)
    backwards = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[backwards] = ends[backwards][:, [2, 3, 0, 1]]
    first, uses = _distinct(ends)
    return Edges(ends[first], uses, owners)


def _distinct(ends: Floats) -> tuple[Ints, Ints]:
    """Return where each distinct row is first, and the number of every row's like.

    Rows are brought together by a hash and told apart by what they are; like ones that a chance parts count
    as two, which costs time and nothing else.
    """
    bits = np.ascontiguousarray(ends + 0.0).view(np.uint64)
    mixed = np.zeros(len(ends), dtype=np.uint64)
    for column in range(4):
        mixed = (mixed ^ (bits[:, column] >> np.uint64(7)) ^ bits[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    order = np.argsort(mixed)
    ordered = ends[order]
    fresh = np.ones(len(ends), dtype=bool)
    fresh[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    uses = np.empty(len(ends), dtype=np.int64)
    uses[order] = np.cumsum(fresh) - 1
    return order[fresh], uses


Lines = tuple[Floats, Floats, Floats, Floats]
"""Edges by x and y of one end, and the way in x and in y to the other, degrees."""


def lines_of(ends: Floats) -> Lines:
    """Return edges (n, 4) as lines."""
    x1, y1, x2, y2 = ends.T
    return x1, y1, x2 - x1, y2 - y1


def find_side(lines: Lines, x: Floats, y: Floats) -> tuple[Mask, Mask]:
    """Return whether each point is left of its line, and whether that is uncertain, as it is upon it."""
    x1, y1, dx, dy = lines
    one, other = dx * (y - y1), dy * (x - x1)
    unsure: Mask = np.abs(one - other) <= _SURE * (np.abs(one) + np.abs(other))
    return one > other, unsure


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Return, for each of so many items a group, its group and its number in it."""
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)


def find_touched(frame: Frame, ends: Floats) -> tuple[Ints, Ints]:
    """Return all pairs of an edge and a cell that it touches or all but touches."""
    on_raster = np.column_stack([frame.across(ends[:, ::2].ravel()), frame.along(ends[:, 1::2].ravel())])
    u, v, du, dv = lines_of(on_raster.reshape(-1, 4))
    low = np.floor(np.minimum(v, v + dv) - MARGIN)
    high = np.floor(np.maximum(v, v + dv) + MARGIN)
    edge, nth = spread((high - low).astype(np.int64) + 1)
    row = low[edge] + nth.astype(np.float64)
    first, last = _columns((u[edge], v[edge], du[edge], dv[edge]), row)
    strip, nth = spread((last - first).astype(np.int64) + 1)
    cell = row[strip].astype(np.int64) * frame.columns + first[strip].astype(np.int64) + nth
    return edge[strip], cell


def _columns(lines: Lines, row: Floats) -> tuple[Floats, Floats]:
    """Return the first and the last column of lines, on the raster, within a row."""
    u, v, du, dv = lines
    is_level = np.abs(dv) < _LEVEL
    climb = np.where(is_level, 1.0, dv)
    enter = np.where(is_level, 0.0, np.clip((row - MARGIN - v) / climb, 0.0, 1.0))
    leave = np.where(is_level, 1.0, np.clip((row + 1.0 + MARGIN - v) / climb, 0.0, 1.0))
    one, other = u + enter * du, u + leave * du
    return np.floor(np.minimum(one, other) - MARGIN), np.floor(np.maximum(one, other) + MARGIN)
