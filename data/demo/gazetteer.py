"""Names that addresses use: roads with house numbers, estates, points of interest, aliases."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from data.demo import names
from data.demo.city import City
from data.demo.lines import Road
from data.demo.mesh import Index
from data.demo.terrain import Metres, to_degrees
from data.export.rows import GazetteerRow
from grid.areas import Level
from grid.geocoding.names import NameKind, Parity
from grid.placing import NOWHERE, AreaIndex, index_areas, locate

_STEP_M, _NUMBERS_A_STEP = 20.0, 4
"""A step of road has four numbers: two odd ones on the left, two even ones on the right."""
_SETBACK_M = 12.0
_DOOR_EVERY = 45
"""Steps of a road between two standard addresses."""
_ESTATES, _POIS_A_TOWN, _FORMER_NAMES = 420, 3, 20
_ESTATE_CROWDING = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The gazetteer's rows; of those an address may name: where each lies (metres), in which village."""

    rows: list[GazetteerRow]
    addressable: Index
    where: Metres
    village: Index


def make_gazetteer(city: City, roads: list[Road], rng: np.random.Generator) -> Entries:
    """Return the gazetteer of a city."""
    villages = city.table(Level.VILLAGE)
    index = index_areas(Level.VILLAGE, np.arange(len(villages.codes)), villages.outlines)
    found = [entry for road in roads for entry in _number_ranges(city, index, road)]
    found += _estates(city, rng) + _points_of_interest(city, rng)
    rows = [row for row, _, _ in found]
    where = np.array([place for _, place, _ in found])
    village = np.array([village for _, _, village in found], dtype=np.int64)
    others = [*_aliases(city, rng), *_standard_addresses(city, roads)]
    return Entries(rows + others, np.arange(len(rows)), where, village)


_Found = tuple[GazetteerRow, Metres, int]


def _number_ranges(city: City, index: AreaIndex, road: Road) -> list[_Found]:
    """Return a row for each range of numbers in one village of the road's county; the first has the line."""
    middles, across = _steps(road.points)
    sides = [locate(index, *to_degrees(*(middles + sign * _SETBACK_M * across).T)) for sign in (1, -1)]
    pairs = np.stack(sides, axis=1)
    breaks = np.flatnonzero((np.diff(pairs, axis=0) != 0).any(axis=1)) + 1
    county_code = city.table(Level.TOWN).codes[road.town][: Level.COUNTY.code_digits]
    rows: list[_Found] = []
    for run in np.split(np.arange(len(middles)), breaks):
        for parity, village in _sides(*pairs[run[0]].tolist()):
            code = "" if village == NOWHERE else city.table(Level.VILLAGE).codes[village]
            if code.startswith(county_code):
                row = _road_row(road, run, parity, code)
                row = row if rows else replace(row, geometry=shapely.to_wkt(road.line, rounding_precision=6))
                rows.append((row, middles[run[len(run) // 2]], village))
    return rows


def _steps(points: Metres) -> tuple[Metres, Metres]:
    """Return the middle of each step along a line and the unit vector to its left."""
    line = shapely.LineString(points)
    at = np.arange(_STEP_M / 2, line.length, _STEP_M)
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, at + 1.0))
    along = (ahead - here) / np.maximum(np.hypot(*(ahead - here).T), 1e-9)[:, None]
    return here, np.stack([-along[:, 1], along[:, 0]], axis=1)


def _sides(left: int, right: int) -> list[tuple[Parity, int]]:
    return [(Parity.ALL, left)] if left == right else [(Parity.ODD, left), (Parity.EVEN, right)]


def _road_row(road: Road, run: Index, parity: Parity, village_code: str) -> GazetteerRow:
    first, last = int(run[0]) * _NUMBERS_A_STEP, (int(run[-1]) + 1) * _NUMBERS_A_STEP
    return GazetteerRow(
        road.name,
        NameKind.ROAD,
        Level.VILLAGE,
        village_code,
        first + (2 if parity is Parity.EVEN else 1),
        last - (1 if parity is Parity.ODD else 0),
        parity,
    )


def _estates(city: City, rng: np.random.Generator) -> list[_Found]:
    grids = city.table(Level.GRID)
    cells = np.flatnonzero((grids.of_cell >= 0) & (city.crowding > _ESTATE_CROWDING) & ~city.mesh.is_lake)
    chosen = rng.choice(cells, min(_ESTATES, len(cells)), replace=False)
    called = names.estate_names(len(chosen), rng)
    return [_point(city, NameKind.ESTATE, name, cell) for name, cell in zip(called, chosen, strict=True)]


def _points_of_interest(city: City, rng: np.random.Generator) -> list[_Found]:
    towns = city.table(Level.TOWN)
    found = []
    for row, name in enumerate(towns.names):
        cells = np.flatnonzero((towns.of_cell == row) & ~city.mesh.is_lake)
        stem = name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        for ending in rng.permutation(names.POINTS_OF_INTEREST)[:_POIS_A_TOWN]:
            found.append(_point(city, NameKind.POI, f"{stem}{ending}", int(rng.choice(cells))))
    return found


def _point(city: City, kind: NameKind, name: str, cell: int) -> _Found:
    grids = city.table(Level.GRID)
    grid = int(grids.of_cell[cell])
    lon, lat = (round(float(degrees), 6) for degrees in to_degrees(*city.mesh.hearts[cell]))
    row = GazetteerRow(name, kind, Level.GRID, grids.codes[grid], lon=lon, lat=lat)
    return row, city.mesh.hearts[cell], int(grids.parents[grid])


def _aliases(city: City, rng: np.random.Generator) -> list[GazetteerRow]:
    """Return former names of a few towns, and the short name of the development zone."""
    towns = city.table(Level.TOWN)
    former = names.former_town_stems(_FORMER_NAMES, {name[:2] for name in towns.names}, rng)
    rows = rng.choice(len(towns.codes), len(former), replace=False)
    aliases = [
        GazetteerRow(f"{stem}公社", NameKind.ALIAS, Level.TOWN, towns.codes[row])
        for stem, row in zip(former, rows, strict=True)
    ]
    return [*aliases, GazetteerRow("枫港开发区", NameKind.ALIAS, Level.COUNTY, names.FUNCTIONAL_CODE)]


def _standard_addresses(city: City, roads: list[Road]) -> list[GazetteerRow]:
    """Return doors along the roads, odd numbers on the left: each where it stands, in its grid."""
    grids, towns = city.table(Level.GRID), city.table(Level.TOWN)
    index = index_areas(Level.GRID, np.arange(len(grids.codes)), grids.outlines)
    rows = []
    for road in roads:
        middles, across = _steps(road.points)
        at = np.arange(_DOOR_EVERY // 2, len(middles), _DOOR_EVERY)
        lon, lat = to_degrees(*(middles + _SETBACK_M * across)[at].T)
        county_code = towns.codes[road.town][: Level.COUNTY.code_digits]
        for step, x, y, grid in zip(at, lon, lat, locate(index, lon, lat), strict=True):
            if grid != NOWHERE and grids.codes[grid].startswith(county_code):
                name = f"{road.name}{int(step) * _NUMBERS_A_STEP + 1}号"
                row = GazetteerRow(name, NameKind.ADDRESS, Level.GRID, grids.codes[grid])
                rows.append(replace(row, lon=round(float(x), 6), lat=round(float(y), 6)))
    return rows
