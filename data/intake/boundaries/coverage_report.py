"""The coverage report: where a level has gaps, overlaps and slivers, and where parents do not agree with it.

All outlines are valid MultiPolygons in the city's projected CRS (metres). Nothing is mended here: exclaves,
gaps and overlaps stay as the file has them, and are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from data.intake.boundaries import outlines
from data.intake.boundaries.outlines import GAP_M, LEAST_M2, Outlines, Overlaps
from data.intake.ledger import Ledger
from grid.inspection import CoverageFault

GAP, OVERLAP, SLIVER, OUTSIDE, UNFILLED = "gap", "overlap", "sliver", "outside", "unfilled"
KINDS = (OVERLAP, GAP, SLIVER, OUTSIDE, UNFILLED)
MOST_SHOWN = 200
SLIVER_M = 2.0
"""A piece that is narrower than this on average is a sliver: two drawings of one border."""
_LEAST_WIDTH_M = 0.1
"""A border whose vertices differ on its two sides is drawn as two lines this near: no fault of either."""
Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces of ground at fault in metres, each with the names of the areas that it is about."""

    kind: str
    shapes: Outlines
    names: list[tuple[str, ...]]

    @property
    def area_m2(self) -> npt.NDArray[np.float64]:
        """The pieces' ground."""
        return np.asarray(shapely.area(self.shapes))


def find_faults(
    metric: Outlines, functional: Mask, names: Sequence[str], overlaps: Overlaps, whole: object
) -> list[Pieces]:
    """Return where the regular areas of a level, ``whole`` together, are no clean coverage; slivers apart."""
    regular = np.flatnonzero(~functional)
    own = [names[int(i)] for i in regular]
    gaps, beside = _gaps(metric[regular], own, whole, gappy=bool(overlaps.gappy.any()))
    pairs = zip(overlaps.first.tolist(), overlaps.second.tolist(), strict=True)
    common: list[tuple[str, ...]] = [(names[a], names[b]) for a, b in pairs]
    return _split_slivers([Pieces(OVERLAP, overlaps.common, common), Pieces(GAP, gaps, beside)])


def find_across(
    children: Outlines, child_names: Sequence[str], parent_of: Positions, parents: Outlines,
    parent_names: Sequence[str],
) -> list[Pieces]:  # fmt: skip
    """Return where children lie outside their parents, and where parents with children are not filled.

    ``parent_of`` gives each child's parent by position, -1 for none.
    """
    own = np.flatnonzero(parent_of >= 0)
    shapely.prepare(parents)
    out = own[~shapely.covers(parents[parent_of[own]], children[own])]
    outside = shapely.difference(children[out], parents[parent_of[out]])
    titles = [(child_names[i], parent_names[parent_of[i]]) for i in out]
    found = [_pieces(OUTSIDE, outside, titles)]
    wide = np.unique(parent_of[own])
    order = np.argsort(parent_of[own], kind="stable")
    groups = np.split(own[order], np.cumsum(np.unique(parent_of[own], return_counts=True)[1])[:-1])
    filled = np.array([union_of(children[group], clean=False) for group in groups], dtype=object)
    rest = shapely.difference(parents[wide], filled)
    # What a neighbour's child covers is told as that child's lying outside.
    empty = [(parent_names[i],) for i in wide]
    return [*found, _pieces(UNFILLED, _uncovered(rest, children), empty)]


def union_of(metric: Outlines, *, clean: bool) -> object:
    """Return areas as one; a clean coverage is joined by its edges alone, which is far faster."""
    return shapely.coverage_union_all(metric) if clean else shapely.union_all(metric)


def tell_faults(found: Iterable[Pieces], ledger: Ledger) -> dict[str, int]:
    """Note how many faults of each kind there are and their ground; return the counts."""
    totals: dict[str, int] = {}
    for pieces in found:
        if len(pieces.shapes):
            totals[pieces.kind] = totals.get(pieces.kind, 0) + len(pieces.shapes)
            ledger.tally(f"coverage_{pieces.kind}", len(pieces.shapes))
            area_m2 = round(float(pieces.area_m2.sum()))
            ledger.note(_CODES[pieces.kind], count=len(pieces.shapes), area_m2=area_m2)
    return totals


def show_faults(found: Iterable[Pieces], epsg: int) -> tuple[CoverageFault, ...]:
    """Return the gravest faults of each kind as they are drawn, in degrees."""
    change = outlines.transformer(epsg, outlines.CGCS2000)
    shown: list[CoverageFault] = []
    for pieces in found:
        area_m2 = pieces.area_m2
        at = np.argsort(-area_m2, kind="stable")[:MOST_SHOWN]
        shapes = outlines.project(outlines.simplify_for_drawing(pieces.shapes[at]), change)
        shown += [
            CoverageFault(pieces.kind, round(float(area_m2[i]), 1), pieces.names[i], outlines.geojson(shape))
            for i, shape in zip(at, shapes, strict=True)
        ]
    return tuple(shown)


_CODES = {
    GAP: "coverage_gaps",
    OVERLAP: "coverage_overlaps",
    SLIVER: "coverage_slivers",
    OUTSIDE: "coverage_outside",
    UNFILLED: "coverage_unfilled",
}


def _gaps(
    metric: Outlines, names: Sequence[str], whole: object, *, gappy: bool
) -> tuple[Outlines, list[tuple[str, ...]]]:
    """Return holes of the level, and strips open to the world outside that are narrower than `GAP_M`."""
    parts = shapely.get_parts(whole)
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
    holes = _large(shapely.get_parts(shapely.difference(filled, whole)))
    tree = shapely.STRtree(metric)
    beside = _names_beside(tree, holes, names)
    if gappy:
        closed = shapely.buffer(
            shapely.buffer(filled, GAP_M / 2, join_style="mitre"), -GAP_M / 2, join_style="mitre"
        )
        strips = _large(shapely.get_parts(shapely.difference(closed, filled)))
        # A bay of one area's own is no gap between areas.
        between = [
            (strip, found)
            for strip, found in zip(strips, _names_beside(tree, strips, names), strict=True)
            if len(found) > 1
        ]
        holes = np.array([*holes, *(strip for strip, _ in between)], dtype=object)
        beside += [found for _, found in between]
    return holes, beside


def _large(shapes: Outlines) -> Outlines:
    return shapes[shapely.area(shapes) > LEAST_M2] if len(shapes) else shapes


def _names_beside(tree: shapely.STRtree, gaps: Outlines, names: Sequence[str]) -> list[tuple[str, ...]]:
    beside: list[list[str]] = [[] for _ in gaps]
    if len(gaps):
        gap, area = tree.query(gaps, predicate="dwithin", distance=0.01)
        for i, j in sorted(zip(gap.tolist(), area.tolist(), strict=True)):
            beside[i].append(names[j])
    return [tuple(found) for found in beside]


def _pieces(kind: str, shapes: Outlines, names: Sequence[tuple[str, ...]]) -> Pieces:
    """Return the single parts of shapes that are ground, each with the names of its whole."""
    parts, of = shapely.get_parts(outlines.repair(shapes), return_index=True)
    keep = (shapely.area(parts) > LEAST_M2) & (_width_m(parts) > _LEAST_WIDTH_M)
    return Pieces(kind, parts[keep], [names[i] for i in of[keep]])


def _uncovered(rest: Outlines, children: Outlines) -> Outlines:
    tree = shapely.STRtree(children)
    left = np.array(rest, dtype=object)
    for i in np.flatnonzero(~shapely.is_empty(rest)):
        near = children[tree.query(rest[i])]
        left[i] = shapely.difference(rest[i], shapely.union_all(near)) if len(near) else rest[i]
    return left


def _split_slivers(found: Iterable[Pieces]) -> list[Pieces]:
    kept, thin = [], []
    for pieces in found:
        width_m = _width_m(pieces.shapes)
        kept.append(_take(pieces, width_m >= SLIVER_M, pieces.kind))
        thin.append(_take(pieces, (width_m < SLIVER_M) & (width_m > _LEAST_WIDTH_M), SLIVER))
    shapes = np.concatenate([each.shapes for each in thin])
    return [*kept, Pieces(SLIVER, shapes, [names for each in thin for names in each.names])]


def _take(pieces: Pieces, mask: Mask, kind: str) -> Pieces:
    return Pieces(kind, pieces.shapes[mask], [pieces.names[i] for i in np.flatnonzero(mask)])


def _width_m(shapes: Outlines) -> npt.NDArray[np.float64]:
    """Return how wide shapes are on average: of a long strip, twice its area by its outline."""
    return np.asarray(2 * shapely.area(shapes) / np.maximum(shapely.length(shapes), 1e-9))
