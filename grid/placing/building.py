"""Building a placing table from outlines: which cells they fill, which they cut, and what decides there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from grid.placing.edges import Edges, Mask, find_side, find_touched, lines_of, read_edges, spread
from grid.placing.frame import MARGIN, Floats, Frame, Ints, choose_frame
from grid.placing.table import CROSSES_MIDDLE, MIDDLE_LEFT, PlacingTable

_MOST_CLUES = 64
"""A border cell with more is left to GEOS, whose own index is then the quicker."""
_AT_ONCE = 1 << 22
"""Cells filled at once."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """Border cells and who cuts them: pairs of an outline's edge and a cell.

    ``cell`` (k,) are the border cells, ascending; a pair is of the border cell ``border``, the outline
    ``area`` and the edge ``edge``.
    """

    cell: Ints
    border: Ints
    area: Ints
    edge: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Tests:
    """What border cells ask.

    ``key`` is border cell * areas + area, ascending; ``middle`` whether the outline holds the cell's middle,
    ``whole`` whether what it says of the middle it says of all the cell.
    """

    key: Ints
    middle: Mask
    whole: Mask


@dataclass(frozen=True, slots=True, eq=False)
class _Clues:
    """Edges that tests need, ascending by ``test``; ``border`` is the cell's number."""

    test: Ints
    edge: Ints
    border: Ints


def build_table(geometries: npt.NDArray[np.object_]) -> PlacingTable:
    """Return the table of polygons in order, degrees in EPSG:4490."""
    areas = len(geometries)
    edges = read_edges(geometries)
    frame = choose_frame(edges.ends, areas, float(shapely.area(geometries).sum()))
    cut = _cut_cells(frame, edges)
    cells = np.full(frame.count, areas, dtype=np.int32)
    held, upon_edges = _fill(frame, edges, areas, cells, cut)
    tests = _choose_tests(cut, held, areas)
    clues = _choose_clues(cut, tests, areas)
    cells[cut.cell] = areas + 1 + np.arange(len(cut.cell))
    bits, unsure = _read_middles(frame, edges.ends[clues.edge], cut.cell[clues.border])
    asks = np.bincount(clues.border, minlength=len(cut.cell)) > _MOST_CLUES
    asks[np.concatenate([upon_edges, clues.border[unsure]])] = True
    used = np.zeros(len(edges.ends), dtype=bool)
    used[clues.edge] = True
    return PlacingTable(
        frame=frame,
        areas=areas,
        cells=cells,
        asks=asks,
        first_test=_starts(np.bincount(tests.key // max(areas, 1), minlength=len(cut.cell))),
        test_area=(tests.key % max(areas, 1)).astype(np.int32),
        test_middle=tests.middle,
        first_clue=_starts(np.bincount(clues.test, minlength=len(tests.key))),
        clue_edge=(np.cumsum(used)[clues.edge] - 1).astype(np.int32),
        clue_bits=bits,
        edges=edges.ends[used],
    )


def _cut_cells(frame: Frame, edges: Edges) -> _Cut:
    edge, cell = find_touched(frame, edges.ends)
    use, pair = _for_uses(edges, edge)
    is_border = np.zeros(frame.count, dtype=bool)
    is_border[cell] = True
    number = np.cumsum(is_border, dtype=np.int32)
    border = number[cell[pair]].astype(np.int64) - 1
    return _Cut(np.flatnonzero(is_border), border, edges.owners[use], edges.uses[use])


def _for_uses(edges: Edges, edge: Ints) -> tuple[Ints, Ints]:
    """Return every use of an edge with each of the edge's items, whose edges are given ascending."""
    counts = np.bincount(edge, minlength=len(edges.ends))
    first = np.cumsum(counts) - counts
    use, nth = spread(counts[edges.uses])
    return use, first[edges.uses[use]] + nth


def _fill(
    frame: Frame, edges: Edges, areas: int, cells: npt.NDArray[np.int32], cut: _Cut
) -> tuple[Ints, Ints]:
    """Give every cell the first outline that holds its middle; return who holds the middles of border cells.

    The answers are keys, border cell * areas + area, ascending, and cells whose middle is upon an edge.
    """
    edge, row, column, upon = _cross_rows(frame, edges.ends)
    use, item = _for_uses(edges, edge)
    # An outline is crossed an even number of times in a row: between two crossings it is inside.
    turns = np.sort((edges.owners[use] * frame.rows + row[item]) * frame.columns + column[item])
    number = np.full(frame.count, -1, dtype=np.int32)
    number[cut.cell] = np.arange(len(cut.cell), dtype=np.int32)
    held = [np.empty(0, dtype=np.int64)]
    for starts, lengths in _blocks(turns[::2], turns[1::2] - turns[::2]):
        span, nth = spread(lengths)
        area, cell = np.divmod(starts[span] + nth, frame.count)
        np.minimum.at(cells, cell, area.astype(np.int32))
        border = number[cell]
        of_border = border >= 0
        held.append(border[of_border] * np.int64(areas) + area[of_border])
    return np.sort(np.concatenate(held)), number[upon].astype(np.int64)


def _blocks(starts: Ints, lengths: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield spans so many at a time that their cells fit into memory several times over."""
    filled = np.cumsum(lengths)
    cuts = np.searchsorted(filled, np.arange(_AT_ONCE, filled[-1] if len(filled) else 0, _AT_ONCE))
    yield from zip(np.split(starts, cuts), np.split(lengths, cuts), strict=True)


def _cross_rows(frame: Frame, ends: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    """Return where edges cross the middles of rows: edge, row, and the first column whose middle is east.

    Last come the cells whose middle is upon an edge, or too near to one to tell.
    """
    middles = frame.middle_lat(np.arange(frame.rows))
    low = np.searchsorted(middles, np.minimum(ends[:, 1], ends[:, 3]))
    high = np.searchsorted(middles, np.maximum(ends[:, 1], ends[:, 3]))
    edge, nth = spread(high - low)
    row = low[edge] + nth
    x1, y1, x2, y2 = ends[edge].T
    y = middles[row]
    across = frame.across(x1 + (y - y1) / (y2 - y1) * (x2 - x1)) - 0.5
    column = np.floor(across).astype(np.int64) + 1
    nearest = np.rint(across).astype(np.int64)
    close = np.flatnonzero(np.abs(across - nearest) < MARGIN)
    left, unsure = find_side(lines_of(ends[edge[close]]), frame.middle_lon(nearest[close]), y[close])
    # Left of an edge that climbs is west of it: the edge is crossed after the middle.
    is_west = left == (y2 > y1)[close]
    column[close] = nearest[close] + is_west
    return edge, row, column, (row * frame.columns + nearest)[close[unsure]]


def _choose_tests(cut: _Cut, held: Ints, areas: int) -> _Tests:
    """Return what each border cell asks: outlines that cut it, up to the first that holds all of it."""
    cutting = _distinct(cut.border * areas + cut.area)
    whole = held[~_among(held, cutting)]
    whole = whole[_is_fresh(whole // areas)] if len(whole) else whole
    last = np.full(len(cut.cell), areas, dtype=np.int64)
    last[whole // areas] = whole % areas
    key = np.concatenate([cutting, whole])
    is_whole = np.arange(len(key)) >= len(cutting)
    order = np.argsort(key)
    key, is_whole = key[order], is_whole[order]
    kept = key % areas <= last[key // areas]
    key, is_whole = key[kept], is_whole[kept]
    tests = _Tests(key, _among(key, held), is_whole)
    _spare_last(cut, tests, areas, last)
    return tests


def _spare_last(cut: _Cut, tests: _Tests, areas: int, last: Ints) -> None:
    """Spare the last test of cells that outlines divide without gap or overlap: what no other holds is its.

    There every edge parts two of the cell's outlines, so that an odd number of them holds any point, as it
    holds the middle: a point that none but the last can hold is the last one's.
    """
    border = tests.key // areas
    closed = (last == areas) & ~_has_odd_edge(cut)
    closed &= np.bincount(border[tests.middle], minlength=len(cut.cell)) % 2 == 1
    spared = _is_fresh(border[::-1])[::-1] & closed[border]
    tests.whole[spared] = True
    tests.middle[spared] = True


def _has_odd_edge(cut: _Cut) -> Mask:
    """Return whether a border cell has an edge that an odd number of outlines use."""
    most = int(cut.edge.max(initial=0)) + 1
    key = np.sort(cut.border * most + cut.edge)
    fresh = np.flatnonzero(_is_fresh(key))
    uses = np.diff(np.append(fresh, len(key)))
    odd = np.zeros(len(cut.cell), dtype=bool)
    odd[key[fresh[uses % 2 == 1]] // most] = True
    return odd


def _is_fresh(ascending: Ints) -> Mask:
    """Return whether a value is the first of its like."""
    fresh = np.ones(len(ascending), dtype=bool)
    fresh[1:] = ascending[1:] != ascending[:-1]
    return fresh


def _distinct(keys: Ints) -> Ints:
    # numpy's own hashes them first, which takes three times as long.
    ordered = np.sort(keys)
    return ordered[_is_fresh(ordered)]


def _among(keys: Ints, ascending: Ints) -> Mask:
    at = np.searchsorted(ascending, keys)
    found: Mask = np.zeros(len(keys), dtype=bool)
    inside = at < len(ascending)
    found[inside] = ascending[at[inside]] == keys[inside]
    return found


def _choose_clues(cut: _Cut, tests: _Tests, areas: int) -> _Clues:
    key = cut.border * areas + cut.area
    test = np.searchsorted(tests.key, key)
    # The key of an outline after the one that holds the whole cell is no test's.
    test[test == len(tests.key)] = 0
    needed = (tests.key[test] == key) & ~tests.whole[test]
    order = np.argsort(test[needed], kind="stable")
    test, edge, border = (values[needed][order] for values in (test, cut.edge, cut.border))
    return _Clues(test, edge, border)


def _read_middles(frame: Frame, ends: Floats, cell: Ints) -> tuple[npt.NDArray[np.uint8], Mask]:
    """Return the bits of clues, edges (n, 4) each with its cell, and which edges are upon the middle."""
    row, column = np.divmod(cell, frame.columns)
    lon, lat = frame.middle_lon(column), frame.middle_lat(row)
    left, unsure = find_side(lines_of(ends), lon, lat)
    crosses = (ends[:, 0] > lon) != (ends[:, 2] > lon)
    return (crosses * CROSSES_MIDDLE + left * MIDDLE_LEFT).astype(np.uint8), unsure


def _starts(counts: Ints) -> npt.NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
