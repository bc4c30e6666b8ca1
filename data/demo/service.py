"""The service network of the demo city: a station in each town, points in most villages, agents by kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.demo import names
from data.demo.city import City
from data.demo.divide import share_out
from data.demo.mesh import Index
from data.demo.terrain import Mask, Metres, to_degrees
from data.export.rows import ServicePointRow
from grid.areas import Level

POINTS, AGENTS, GRID_WORKERS, VOLUNTEERS = 349, 617, 171, 74
"""The published figures of a county of 18 towns; its other agents are village cadres."""
_SECOND_POINTS = 11
_COVERED_ELSEWHERE = 0.88
_WITH_LOCATION = 0.92
_HOURS = ("工作日 8:30–17:00", "每周一、三、五上午", "每周二、周四 9:00–16:30", "每月逢五、逢十全天", "")
"""Of points in turn; the last say nothing."""
_STATION_HOURS = "工作日 8:30–12:00、14:00–17:30"
_LAST_DAY_UNSAID, _PERIOD_UNSAID = 11, 17
"""Of so many points one does not report its last day, or a period in which it handled nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Service points as columns: village, whether it is the second one there, agents by kind, cell."""

    village: Index
    is_second: Mask
    cadres: Index
    grid_workers: Index
    volunteers: Index
    cell: Index
    located: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Handled:
    """What each point handled and resolved over a period; ``last_day`` counts from its first day."""

    count: Index
    resolved: Index
    last_day: Index


def make_network(city: City, rng: np.random.Generator) -> Network:
    """Return the points; one county carries the published figures exactly, some villages have none."""
    villages = city.table(Level.VILLAGE)
    county = city.table(Level.TOWN).parents[villages.parents]
    ours = np.flatnonzero(county == names.SERVICE_COUNTY)
    others = np.flatnonzero(county != names.SERVICE_COUNTY)
    first = rng.choice(ours, POINTS - _SECOND_POINTS, replace=False)
    second = rng.choice(first, _SECOND_POINTS, replace=False)
    covered = rng.random(len(others)) < _COVERED_ELSEWHERE
    covered[np.unique(villages.parents[others], return_index=True)[1]] = True
    elsewhere = others[covered]
    village = np.concatenate([first, second, elsewhere])
    order = np.argsort(village, kind="stable")
    village = village[order]
    is_second = np.append(False, village[1:] == village[:-1])
    is_ours = county[village] == names.SERVICE_COUNTY
    cadres, grid_workers, volunteers = _agents(is_ours, rng)
    cell = np.array([rng.choice(np.flatnonzero(villages.of_cell == row)) for row in village])
    located = rng.random(len(village)) < _WITH_LOCATION
    return Network(village, is_second, cadres, grid_workers, volunteers, cell, located)


def service_rows(
    city: City, network: Network, done: Handled, *, since: date, until: date
) -> list[ServicePointRow]:
    """Return the file's rows for what points handled over the period; some leave a part of it unsaid."""
    villages, towns, counties = (city.table(level) for level in (Level.VILLAGE, Level.TOWN, Level.COUNTY))
    lon, lat = to_degrees(*city.mesh.hearts[network.cell].T)
    rows = []
    for point, village in enumerate(network.village.tolist()):
        town = int(villages.parents[village])
        name = villages.names[village].removesuffix("村").removesuffix("社区")
        located = bool(network.located[point])
        handled = int(done.count[point])
        with_period = handled > 0 or (point + 1) % _PERIOD_UNSAID > 0
        with_day = handled > 0 and (point + 1) % _LAST_DAY_UNSAID > 0
        rows.append(
            ServicePointRow(
                county=counties.names[towns.parents[town]],
                town=towns.names[town],
                station=f"{towns.names[town]}信访代办站",
                station_hours=_STATION_HOURS,
                village=villages.names[village],
                area_code=villages.codes[village],
                point=f"{name}{'第二' if network.is_second[point] else ''}代办点",
                lon=round(float(lon[point]), 6) if located else None,
                lat=round(float(lat[point]), 6) if located else None,
                cadre=int(network.cadres[point]),
                grid_worker=int(network.grid_workers[point]),
                volunteer=int(network.volunteers[point]),
                handled=handled,
                resolved=int(done.resolved[point]),
                since=since if with_period else None,
                until=until if with_period else None,
                hours=_HOURS[point % len(_HOURS)],
                last_handled_on=since + timedelta(days=int(done.last_day[point])) if with_day else None,
            )
        )
    return rows


def _agents(is_ours: Mask, rng: np.random.Generator) -> tuple[Index, Index, Index]:
    """Return cadres, grid workers and volunteers of each point; every point has a cadre."""
    count = len(is_ours)
    cadres = 1 + (rng.random(count) < 0.15).astype(np.int64)
    grid_workers = rng.binomial(2, 0.35, count)
    volunteers = rng.binomial(2, 0.12, count)
    cadres[is_ours] = 1 + _scattered(AGENTS - POINTS - GRID_WORKERS - VOLUNTEERS, POINTS, rng)
    grid_workers[is_ours] = _scattered(GRID_WORKERS, POINTS, rng)
    volunteers[is_ours] = _scattered(VOLUNTEERS, POINTS, rng)
    return cadres, grid_workers, volunteers


def _scattered(total: int, count: int, rng: np.random.Generator) -> Index:
    """Return ``count`` whole numbers that sum to ``total``."""
    weights: Metres = rng.exponential(1.0, count)
    return share_out(total, weights, least=0)
