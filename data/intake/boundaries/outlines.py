"""Outlines of one level taken together: repair, labels, shared borders, gaps and overlaps, simplified shapes.

Arrays hold shapely objects. ``metric`` outlines are in the city's projected CRS (metres), others in degrees
(EPSG:4490).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry import mapping

from grid.refusals import Refused

CGCS2000 = "EPSG:4490"
Outlines = np.ndarray[Any, Any]
Mask = npt.NDArray[np.bool_]
BANDS = (0, 1, 2)
"""Zoom bands: the whole city, a county, a village fills the screen."""
_CRS_TEXT = re.compile(
    r"(?:[A-Za-z]{2,8}:[A-Za-z0-9]{1,10}|urn:ogc:def:crs:[\w.:-]{1,60})\Z"
    r"|(?:PROJ|GEOG|GEOD|GEOC|COMPD_|LOCAL_|COMPOUND|BOUND|VERT)(?:CS|CRS)\s*\["
    r"|(?:PROJECTED|GEOGRAPHIC|GEODETIC)CRS\s*\[",
    re.IGNORECASE,
)
_TOLERANCE_M = (150.0, 50.0, 12.0)
_EXTENT_M = 180_000.0
"""The tolerances suit a prefecture of this width; another one's are in proportion."""
_SMALL_AREA = 15.0
"""No tolerance is coarser than this part of the side of a usual area, so that small ones keep their form."""
GAP_M = 20.0
"""A strip between two areas narrower than this is a gap and not the world outside."""
LEAST_M2 = 1.0
"""Less than this of common or missing ground is how numbers are rounded."""
_DRAWN_VERTICES = 60


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Pairs of areas (positions, first < second) that share ``length_m`` of border."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    length_m: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Overlaps:
    """Pairs of regular areas (positions) that share ground, and what; ``gappy`` areas lie beside a gap.

    The level is ``clean`` where all edges match.
    """

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    common: Outlines
    gappy: Mask
    clean: bool


def read_crs(text: str | int) -> CRS:
    """Return a CRS by an authority's code or as WKT; raises ``Refused('crs_unknown')``.

    Nothing else reaches PROJ: it would take a text for a file to open.
    """
    if isinstance(text, str) and not _CRS_TEXT.match(text.strip()):
        raise Refused("crs_unknown", crs=text[:80])
    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise Refused("crs_unknown", crs=str(text)[:80]) from None


def transformer(source: str | int, target: str | int) -> Transformer:
    """Return a transformer with longitude or easting first; raises ``Refused('crs_unknown')``."""
    try:
        return Transformer.from_crs(read_crs(source), read_crs(target), always_xy=True)
    except CRSError:
        raise Refused("crs_unknown", crs=str(source)[:80]) from None


def project(outlines: Outlines, change: Transformer) -> Outlines:
    """Return outlines in another CRS."""
    return np.asarray(
        shapely.transform(outlines, lambda c: np.column_stack(change.transform(c[:, 0], c[:, 1])))
    )


def has_no_number(outlines: Outlines) -> Mask:
    """Return which outlines hold a coordinate that is no finite number."""
    points, index = shapely.get_coordinates(outlines, return_index=True)
    broken = np.zeros(len(outlines), dtype=bool)
    broken[index[~np.isfinite(points).all(axis=1)]] = True
    return broken


def repair(outlines: Outlines) -> Outlines:
    """Return outlines as valid MultiPolygons; lines and points that a repair leaves over are dropped."""
    outlines = np.array(outlines, dtype=object)
    broken = ~shapely.is_valid(outlines)
    outlines[broken] = shapely.make_valid(outlines[broken], method="structure", keep_collapsed=False)
    return _multi(outlines)


def _multi(outlines: Outlines) -> Outlines:
    parts, index = shapely.get_parts(outlines, return_index=True)
    while (nested := shapely.get_type_id(parts) > 5).any():  # a collection in a collection
        deeper, within = shapely.get_parts(parts[nested], return_index=True)
        parts = np.concatenate([parts[~nested], deeper])
        index = np.concatenate([index[~nested], index[nested][within]])
    keep = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    order = np.argsort(index[keep], kind="stable")
    made = np.full(len(outlines), shapely.MultiPolygon(), dtype=object)
    shapely.multipolygons(parts[keep][order], indices=index[keep][order], out=made)
    return made


def simplify_for_drawing(outlines: Outlines) -> Outlines:
    """Return outlines with few vertices, each in proportion to its own size."""
    size = np.sqrt(np.maximum(shapely.area(shapely.envelope(outlines)), 0.0))
    rich = shapely.get_num_coordinates(outlines) > _DRAWN_VERTICES
    return np.where(rich, shapely.simplify(outlines, size / 200), outlines)


def geojson(outline: object) -> dict[str, object]:
    """Return an outline in degrees as a GeoJSON geometry, to about a decimetre."""
    rounded: dict[str, object] = _rounded(mapping(outline))
    return rounded


def _rounded(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _rounded(each) for name, each in part.items()}
    if isinstance(part, (list, tuple)):
        return [_rounded(each) for each in part]
    return round(part, 6) if isinstance(part, float) else part


def label_points(metric: Outlines) -> Outlines:
    """Return for each area the middle of the largest circle inside its largest part."""
    parts, index = shapely.get_parts(metric, return_index=True)
    order = np.lexsort((-shapely.area(parts), index))
    largest = parts[order][np.unique(index[order], return_index=True)[1]]
    tolerance = np.maximum(np.sqrt(shapely.area(largest)) / 50, 0.01)
    circles = shapely.maximum_inscribed_circle(largest, tolerance=tolerance)
    return np.asarray(shapely.get_point(circles, 0))


def simplify_bands(metric: Outlines, functional: Mask) -> dict[int, Outlines]:
    """Return the outlines of each zoom band, neighbours with their common border kept.

    Each band is made from the next finer one, which has far fewer points than the original.
    """
    simple = metric
    bands = {}
    for band, tolerance_m in sorted(zip(BANDS, _tolerances_m(metric), strict=True), reverse=True):
        simple = _simplify_together(simple, functional, tolerance_m)
        bands[band] = simple
    return bands


def _tolerances_m(metric: Outlines) -> tuple[float, ...]:
    """Return the simplification of each band for areas of this size in a city of this extent, in metres."""
    west, south, east, north = shapely.total_bounds(metric)
    scale = np.hypot(east - west, north - south) / _EXTENT_M
    finest = float(np.sqrt(np.median(shapely.area(metric)))) / _SMALL_AREA
    return tuple(min(tolerance * scale, finest) for tolerance in _TOLERANCE_M)


def _simplify_together(metric: Outlines, functional: Mask, tolerance_m: float) -> Outlines:
    """Simplify a level so that neighbours keep their common border; functional areas, over it, each alone."""
    simple = np.array(metric, dtype=object)
    simple[~functional] = shapely.coverage_simplify(metric[~functional], tolerance_m)
    simple[functional] = shapely.simplify(metric[functional], tolerance_m)
    simple = repair(simple)
    # A faulty coverage may lose an area altogether: that one keeps its full outline.
    return np.where(shapely.is_empty(simple), metric, simple)


def find_borders(metric: Outlines, functional: Mask) -> tuple[Borders, Overlaps]:
    """Return who borders on whom and where regular areas of the level overlap.

    In a clean coverage neighbours share edges vertex by vertex; only where it is not clean are outlines
    intersected. For an overlap, and for a functional area, the length is half the outline of what is shared.
    """
    regular = np.flatnonzero(~functional)
    edges = _shared_edges(metric[regular])
    unclean, gappy = _find_unclean(metric[regular])
    first, second = _touching(metric, functional | _spread(regular, unclean, len(metric)))
    common = shapely.intersection(metric[first], metric[second])
    measured = Borders(first, second, _length_of(common))
    shared = ~functional[first] & ~functional[second] & (shapely.area(common) > LEAST_M2)
    overlaps = Overlaps(
        first[shared], second[shared], repair(common[shared]), _spread(regular, gappy, len(metric)),
        not unclean.any(),
    )  # fmt: skip
    return _merge(Borders(regular[edges.first], regular[edges.second], edges.length_m), measured), overlaps


def _find_unclean(metric: Outlines) -> tuple[Mask, Mask]:
    """Return which areas have edges that do not match a neighbour's, and which lie beside a narrow gap."""
    either = ~shapely.is_empty(shapely.coverage_invalid_edges(metric, gap_width=GAP_M))
    if not either.any():
        return either, either
    unclean = ~shapely.is_empty(shapely.coverage_invalid_edges(metric))
    return unclean, either & ~unclean


def _spread(positions: npt.NDArray[np.int64], flags: Mask, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[positions[flags]] = True
    return mask


def _touching(metric: Outlines, among: Mask) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return pairs of positions, smaller first, that meet and of which one is flagged."""
    flagged = np.flatnonzero(among)
    a, b = shapely.STRtree(metric).query(metric[flagged], predicate="intersects")
    a = flagged[a]
    pairs = np.unique(np.column_stack([np.minimum(a, b), np.maximum(a, b)])[a != b], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _length_of(common: Outlines) -> npt.NDArray[np.float64]:
    lengths = np.zeros(len(common))
    parts, index = shapely.get_parts(common, return_index=True)
    share = np.where(shapely.get_dimensions(parts) == 2, 0.5, 1.0)
    np.add.at(lengths, index, shapely.length(parts) * share)
    return lengths


def _shared_edges(metric: Outlines) -> Borders:
    """Return the borders made of edges that two areas have exactly in common."""
    parts, of_area = shapely.get_parts(metric, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    inside = of_ring[1:] == of_ring[:-1]
    ends = np.column_stack([points[:-1][inside], points[1:][inside]])
    area = of_area[of_part[of_ring[1:][inside]]]
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    order = np.lexsort((area, ends[:, 3], ends[:, 2], ends[:, 1], ends[:, 0]))
    ends, area = ends[order], area[order]
    same = (ends[1:] == ends[:-1]).all(axis=1) & (area[1:] != area[:-1])
    length: npt.NDArray[np.float64] = np.hypot(ends[1:, 2] - ends[1:, 0], ends[1:, 3] - ends[1:, 1])[same]
    return _sum_pairs(area[:-1][same], area[1:][same], length)


def _sum_pairs(first: npt.NDArray[Any], second: npt.NDArray[Any], length: npt.NDArray[np.float64]) -> Borders:
    pairs, at = np.unique(np.column_stack([first, second]), axis=0, return_inverse=True)
    total: npt.NDArray[Any] = np.bincount(at.ravel(), weights=length, minlength=len(pairs))
    return Borders(pairs[:, 0], pairs[:, 1], total)


def _merge(edges: Borders, measured: Borders) -> Borders:
    """Join two readings of the borders; a pair that was measured counts by its measure."""
    known = set(zip(measured.first.tolist(), measured.second.tolist(), strict=True))
    pairs = zip(edges.first.tolist(), edges.second.tolist(), strict=True)
    extra = np.array([pair not in known for pair in pairs], dtype=bool)
    joined = Borders(
        np.concatenate([edges.first[extra], measured.first]),
        np.concatenate([edges.second[extra], measured.second]),
        np.concatenate([edges.length_m[extra], measured.length_m]),
    )
    long = joined.length_m > 0
    return Borders(joined.first[long], joined.second[long], joined.length_m[long])
