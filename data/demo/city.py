"""The demo city: five nested levels of areas with codes, names, people and outlines; a functional area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from data.demo import names
from data.demo.divide import OUTSIDE, divide, grow, main_parts, share_out
from data.demo.mesh import Index, Mesh, make_mesh, neighbour_graph
from data.demo.outlines import Pieces, draw_pieces, outline
from data.demo.terrain import SEATS, Mask, Metres, make_terrain
from grid.areas import LEVELS, Level

TOWNS, VILLAGES, GRIDS, RESIDENTS = 180, 2_000, 5_000, 2_800_000
_COUNTY_STEEPNESS, _STEEPNESS = 3.2, 1.8
_SMALLEST_ISLE, _SMALLEST_INLET = 25, 150
"""Fewer cells than this are no island of the city, or no bay of the sea."""
_EXCLAVE_FROM_HOME_M, _EXCLAVE_RADIUS_M = 6_500.0, 2_500.0
_FUNCTIONAL_RADIUS_M = 5_500.0
_STREET_CROWDING, _MARKET_CROWDING, _COMMUNITY_CROWDING = 9.0, 1.05, 6.5


@dataclass(frozen=True, slots=True, eq=False)
class AreaTable:
    """The areas of one level in the order of their codes.

    ``parents`` are rows of the level above; ``of_cell`` gives the row of each cell of the mesh, `OUTSIDE` for
    none; ``middles`` (n, 2) are mean cell positions in metres; ``outlines`` are MultiPolygons in EPSG:4490.
    """

    level: Level
    codes: list[str]
    names: list[str]
    parents: Index
    population: Index
    of_cell: Index
    middles: Metres
    outlines: npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Everything of the land that later parts of the demo build on; ``crowding`` is of each cell."""

    mesh: Mesh
    crowding: Metres
    tables: dict[Level, AreaTable]
    functional_outline: object
    functional_population: int
    lake: object

    def table(self, level: Level) -> AreaTable:
        """Return the areas of a level."""
        return self.tables[level]

    def path(self, level: Level, row: int) -> list[int]:
        """Return the rows from the city down to one area."""
        rows = [row]
        for upper in reversed(LEVELS[1 : LEVELS.index(level) + 1]):
            rows.insert(0, int(self.tables[upper].parents[rows[0]]))
        return rows


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What every level's table is made from: cells, how crowded and peopled each is, pieces of boundary."""

    mesh: Mesh
    crowding: Metres
    residents: Index
    pieces: Pieces


def make_city(rng: np.random.Generator) -> City:
    """Return a city drawn from ``rng``."""
    terrain = make_terrain(rng)
    mesh = make_mesh(terrain, rng)
    ruggedness, crowding = terrain.rugged_at(*mesh.sites.T), terrain.crowding(*mesh.sites.T)
    divisions = _divide_land(mesh, ruggedness, rng)
    residents = _people(mesh, crowding, divisions[Level.CITY], rng)
    pieces = draw_pieces(mesh, divisions[Level.GRID], rng)
    ground = _Ground(mesh, crowding, residents, pieces)
    tables: dict[Level, AreaTable] = {}
    for level in LEVELS:
        above = tables.get(level.parent) if level.parent else None
        tables[level] = _make_table(ground, level, divisions[level], above, rng)
    functional = _functional_cells(tables, mesh)
    lake = np.where(mesh.is_lake & (tables[Level.CITY].of_cell == 0), 0, OUTSIDE)
    return City(
        mesh=mesh,
        crowding=crowding,
        tables=tables,
        functional_outline=outline(pieces, np.where(functional, 0, OUTSIDE), 1)[0],
        functional_population=int(residents[functional].sum()),
        lake=outline(draw_pieces(mesh, lake, rng), lake, 1)[0],
    )


def _divide_land(mesh: Mesh, ruggedness: Metres, rng: np.random.Generator) -> dict[Level, Index]:
    """Return the area of each cell at every level, areas in no order yet except the counties."""
    graph = neighbour_graph(mesh, ruggedness, _STEEPNESS)
    land = ~main_parts(graph, ~main_parts(graph, mesh.is_land, _SMALLEST_ISLE), _SMALLEST_INLET)
    city = np.where(land, 0, OUTSIDE)
    cells = np.flatnonzero(land)
    seeds = cells[cKDTree(mesh.sites[cells]).query([(seat.x, seat.y) for seat in SEATS])[1]]
    county = grow(neighbour_graph(mesh, ruggedness, _COUNTY_STEEPNESS), mesh.sites, city, seeds)
    county = _with_exclave(mesh, county, ruggedness)
    given_towns = [one.towns for one in names.COUNTIES]
    town_counts = _given_or_by_size(TOWNS, given_towns, np.arange(len(SEATS)), _sizes(county))
    town, of_town = divide(graph, mesh.sites, county, town_counts, rng)
    given_villages = [one.villages for one in names.COUNTIES]
    village_counts = _given_or_by_size(VILLAGES, given_villages, of_town, _sizes(town))
    village, _ = divide(graph, mesh.sites, town, village_counts, rng)
    grid, _ = divide(graph, mesh.sites, village, share_out(GRIDS, _sizes(village)), rng)
    return dict(zip(LEVELS, (city, county, town, village, grid), strict=True))


def _sizes(labels: Index) -> Metres:
    return np.bincount(labels[labels != OUTSIDE]).astype(np.float64)


def _given_or_by_size(total: int, given: list[int | None], of_parent: Index, sizes: Metres) -> Index:
    """Share ``total`` children among parents by size, where some counties have a number of their own."""
    counts = np.zeros(len(sizes), dtype=np.int64)
    free = np.array([number is None for number in given])[of_parent]
    for county, number in enumerate(given):
        if number is not None:
            mine = of_parent == county
            counts[mine] = share_out(number, sizes[mine])
    counts[free] = share_out(total - int(counts.sum()), sizes[free])
    return counts


def _with_exclave(mesh: Mesh, county: Index, ruggedness: Metres) -> Index:
    """Give a few square kilometres inside a rural county to the nearest other county (飞地)."""
    away = np.stack([cKDTree(mesh.sites[county == row]).query(mesh.sites)[0] for row in range(len(SEATS))])
    sea = cKDTree(mesh.sites[county == OUTSIDE]).query(mesh.sites)[0]
    away[np.maximum(county, 0), np.arange(len(county))] = np.inf
    home_distance = away.min(axis=0)
    hosts = [row for row, one in enumerate(names.COUNTIES) if one.name.endswith("县") and one.towns is None]
    suitable = np.isin(county, hosts) & (sea > 2 * _EXCLAVE_RADIUS_M)
    middle = int(np.argmin(np.where(suitable, np.abs(home_distance - _EXCLAVE_FROM_HOME_M), np.inf)))
    reach = np.hypot(*(mesh.sites - mesh.sites[middle]).T) * (0.6 + 1.0 * ruggedness)
    blob = (reach < _EXCLAVE_RADIUS_M) & (county == county[middle])
    return np.where(blob, int(np.argmin(away[:, middle])), county)


def _people(mesh: Mesh, crowding: Metres, city: Index, rng: np.random.Generator) -> Index:
    """Return residents of each cell: crowded cells are smaller and still hold more."""
    weights = crowding**0.3 * np.exp(0.35 * rng.standard_normal(mesh.cell_count))
    weights[(city == OUTSIDE) | mesh.is_lake] = 0
    return share_out(RESIDENTS, weights, least=0)


def _make_table(
    ground: _Ground, level: Level, labels: Index, above: AreaTable | None, rng: np.random.Generator
) -> AreaTable:
    """Return a level's areas in the order of their codes; ``labels`` numbers them in any order."""
    cells = np.flatnonzero(labels != OUTSIDE)
    size = _sizes(labels)
    middles = _means(labels[cells], ground.mesh.sites[cells], size)
    parents = np.zeros(len(size), dtype=np.int64)
    if above is not None:
        parents[labels[cells]] = above.of_cell[cells]
    crowding = np.bincount(labels[cells], ground.crowding[cells]) / size
    band = _bands(level, crowding, above, parents)
    given = level in {Level.CITY, Level.COUNTY}
    order = np.arange(len(size)) if given else _code_order(middles, band, parents)
    of_cell = np.where(labels == OUTSIDE, OUTSIDE, np.argsort(order)[labels])
    codes = _codes(level, band[order], above, parents[order])
    return AreaTable(
        level=level,
        codes=codes,
        names=_names(level, codes, parents[order], rng),
        parents=parents[order],
        population=np.bincount(of_cell[cells], ground.residents[cells], len(size)).astype(np.int64),
        of_cell=of_cell,
        middles=middles[order],
        outlines=outline(ground.pieces, of_cell, len(size)),
    )


def _means(labels: Index, points: Metres, size: Metres) -> Metres:
    """Return the mean point (n, 2) of each label."""
    return np.stack([np.bincount(labels, points[:, axis]) / size for axis in (0, 1)], axis=1)


def _bands(level: Level, crowding: Metres, above: AreaTable | None, parents: Index) -> Index:
    """Return the number from which codes of an area's kind count: 街道 0, 镇 100, 乡 200; 社区 0, 村 200."""
    if level is Level.TOWN:
        return np.select([crowding >= _STREET_CROWDING, crowding >= _MARKET_CROWDING], [0, 100], 200)
    if level is Level.VILLAGE and above is not None:
        in_street = np.array([code[6:] < "100" for code in above.codes])[parents]
        return np.where(in_street | (crowding >= _COMMUNITY_CROWDING), 0, 200)
    return np.zeros(len(parents), dtype=np.int64)


def _code_order(middles: Metres, band: Index, parents: Index) -> Index:
    """Return the order of codes: by parent and kind, then west to east, north to south."""
    return np.lexsort((-middles[:, 1], middles[:, 0], band, parents))


def _codes(level: Level, band: Index, above: AreaTable | None, parents: Index) -> list[str]:
    if above is None:
        return [names.CITY_CODE]
    if level is Level.COUNTY:
        return [county.code for county in names.COUNTIES]
    codes: list[str] = []
    before: tuple[int, int] | None = None
    number = 0
    for start, parent in zip(band.tolist(), parents.tolist(), strict=True):
        number = number + 1 if before == (start, parent) else start + (start == 0)
        before = (start, parent)
        codes.append(f"{above.codes[parent]}{number:03d}")
    return codes


def _names(level: Level, codes: list[str], parents: Index, rng: np.random.Generator) -> list[str]:
    if level is Level.CITY:
        return [names.CITY_NAME]
    if level is Level.COUNTY:
        return [county.name for county in names.COUNTIES]
    if level is Level.GRID:
        return [f"第{int(code[-3:])}网格" for code in codes]
    if level is Level.TOWN:
        endings = ["街道" if code[6:] < "100" else "镇" if code[6:] < "200" else "乡" for code in codes]
        return [
            stem + end for stem, end in zip(names.town_stems(parents.tolist(), rng), endings, strict=True)
        ]
    return _village_names(codes, parents, rng)


def _village_names(codes: list[str], parents: Index, rng: np.random.Generator) -> list[str]:
    """Return village names, distinct within each town."""
    urban = np.array([code[9:] < "200" for code in codes])
    called = np.empty(len(codes), dtype=object)
    for town in range(int(parents.max()) + 1):
        for is_urban, ending in ((True, "社区"), (False, "村")):
            mine = np.flatnonzero((parents == town) & (urban == is_urban))
            called[mine] = [stem + ending for stem in names.village_stems(len(mine), urban=is_urban, rng=rng)]
    return list(called)


def _functional_cells(tables: dict[Level, AreaTable], mesh: Mesh) -> Mask:
    """Return the cells of the development zone: whole villages on both sides of a border by the port."""
    county = tables[Level.COUNTY].of_cell
    sides = county[mesh.ridge_cells]
    port = 2
    borders = np.isin(sides, (0, 1, port)).all(axis=1) & (sides[:, 0] != sides[:, 1])
    spots = mesh.sites[mesh.ridge_cells[borders]].mean(axis=1)
    middle = spots[np.argmin(np.hypot(*(spots - tables[Level.COUNTY].middles[port]).T))]
    villages = tables[Level.VILLAGE]
    near = np.hypot(*(villages.middles - middle).T) < _FUNCTIONAL_RADIUS_M
    return np.asarray((villages.of_cell != OUTSIDE) & near[villages.of_cell])
