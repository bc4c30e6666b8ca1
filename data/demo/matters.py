"""The demo city's matters as rows of a file, and what the service network did of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.demo import names
from data.demo.city import City
from data.demo.gazetteer import Entries
from data.demo.handling import NEVER, Handling, handle
from data.demo.happenings import Happenings, make_happenings
from data.demo.mesh import Index
from data.demo.service import Network, service_rows
from data.demo.terrain import Mask
from data.demo.wording import Telling, Tellings, tell
from data.export.rows import PetitionRow, ServicePointRow
from data.intake.vocabulary import Repeat
from grid.areas import Level
from grid.matters import Category, Channel, Purpose

HANDLED, RESOLVED = 185, 158
"""Matters of the service network of one county in the last eight months, as published."""
_SOURCE = "枫溪市信访系统（演示）"
_DEPARTMENTS = {
    Category.CONSTRUCTION: "市住房和城乡建设局",
    Category.LABOUR: "市人力资源和社会保障局",
    Category.LAND: "市自然资源和规划局",
    Category.EDUCATION: "市教育局",
}
_DEPARTMENT_SHARE, _TOWN_SHARE = 0.14, 0.28


@dataclass(frozen=True, slots=True, eq=False)
class Matters:
    """Rows of the petitions' file and of the service points' file; both tell the same of the network."""

    petitions: list[PetitionRow]
    service_points: list[ServicePointRow]


def make_matters(
    city: City, entries: Entries, network: Network, count: int, until: date, rng: np.random.Generator
) -> Matters:
    """Return ``count`` matters of the two years up to ``until``."""
    happenings = make_happenings(city, count, until, rng)
    handling = handle(city, happenings, rng)
    tellings = tell(city, happenings, entries, rng)
    since = _eight_months_before(until)
    first = (since - happenings.first_day).days
    channel, point_of = _carry(city, network, happenings, handling, tellings, first, rng)
    counted = (point_of != NEVER) & (happenings.day >= first)
    handled = np.bincount(point_of[counted], minlength=len(network.village))
    resolved = np.bincount(point_of[counted & handling.settled], minlength=len(network.village))
    return Matters(
        _rows(city, replace(happenings, channel=channel), handling, tellings, rng),
        service_rows(city, network, handled, resolved, since, until),
    )


def _eight_months_before(until: date) -> date:
    after = until + timedelta(days=1)
    months = after.year * 12 + after.month - 1 - 8
    return date(months // 12, months % 12 + 1, min(after.day, 28))


def _carry(
    city: City,
    network: Network,
    happenings: Happenings,
    handling: Handling,
    tellings: Tellings,
    first: int,
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.object_], Index]:
    """Return channels and the service point that carried each matter.

    Only villages with a point have carried matters; the county of the published figures has exactly those
    since day ``first``, all of them placed at least to the village so that every screen counts them there.
    """
    villages, grids = city.table(Level.VILLAGE), city.table(Level.GRID)
    village = grids.parents[happenings.grid]
    county = city.table(Level.TOWN).parents[villages.parents[village]]
    point_of_village = np.full(len(villages.codes), NEVER)
    point_of_village[network.village[~network.is_second]] = np.flatnonzero(~network.is_second)
    point = point_of_village[village]
    channel = happenings.channel.copy()
    recent = (county == names.SERVICE_COUNTY) & (happenings.day >= first - 31)
    by_agent = channel == Channel.AGENT
    accused = happenings.purpose == Purpose.ACCUSATION
    channel[by_agent & (recent | (point == NEVER) | accused)] = Channel.CALL
    placed = np.isin(tellings.kind, [Telling.POINT, Telling.VILLAGE])
    suitable = recent & (happenings.day >= first) & placed & (point != NEVER)
    channel[_published(suitable, handling.settled, handling.accepted != NEVER, rng)] = Channel.AGENT
    return channel, np.where(channel == Channel.AGENT, point, NEVER)


def _published(suitable: Mask, settled: Mask, accepted: Mask, rng: np.random.Generator) -> Index:
    """Return the matters that make the published figures; fewer where a small demo has fewer."""
    done, running = np.flatnonzero(suitable & settled), np.flatnonzero(suitable & ~settled & accepted)
    return np.concatenate(
        [
            rng.choice(done, min(RESOLVED, len(done)), replace=False),
            rng.choice(running, min(HANDLED - RESOLVED, len(running)), replace=False),
        ]
    )


def _rows(
    city: City, happenings: Happenings, handling: Handling, tellings: Tellings, rng: np.random.Generator
) -> list[PetitionRow]:
    units = _units(city, happenings, rng)
    calendar = [happenings.first_day + timedelta(days=day) for day in range(happenings.days)]

    def on(day: int) -> date | None:
        return None if day == NEVER else calendar[day]

    return [
        PetitionRow(
            matter_no=f"FX{calendar[day]:%Y%m}{row + 1:06d}",
            source=_SOURCE,
            channel=happenings.channel[row],
            purpose=happenings.purpose[row],
            category=happenings.category[row],
            track=handling.track[row],
            stage=handling.stage[row],
            registered_on=calendar[day],
            accepted_on=on(handling.accepted[row]),
            extension_days=int(handling.extension_days[row]) or None,
            replied_on=on(handling.replied[row]),
            closed_on=on(handling.closed[row]),
            repeat=Repeat.REPEAT if handling.submissions[row] > 1 else Repeat.FIRST,
            submissions=int(handling.submissions[row]),
            heads=int(handling.heads[row]),
            backlog=bool(handling.backlog[row]),
            evaluation=handling.evaluation[row],
            unit=units[row],
            address=tellings.address[row],
            lon=_or_none(tellings.lon[row]),
            lat=_or_none(tellings.lat[row]),
            datum=tellings.datum[row],
            area_code=tellings.area_code[row],
        )
        for row, day in enumerate(happenings.day.tolist())
    ]


def _or_none(degrees: float) -> float | None:
    return None if np.isnan(degrees) else float(degrees)


def _units(city: City, happenings: Happenings, rng: np.random.Generator) -> list[str | None]:
    """Return who answers for each matter: mostly its county, else its town or a department; accusations: nobody."""
    counties, towns = city.table(Level.COUNTY), city.table(Level.TOWN)
    town = city.table(Level.VILLAGE).parents[city.table(Level.GRID).parents[happenings.grid]]
    chance = rng.random(len(town))
    units: list[str | None] = []
    for row, one in enumerate(town.tolist()):
        department = _DEPARTMENTS.get(happenings.category[row])
        county = counties.names[towns.parents[one]]
        if happenings.purpose[row] == Purpose.ACCUSATION:
            units.append(None)
        elif department is not None and chance[row] < _DEPARTMENT_SHARE:
            units.append(department)
        else:
            units.append(f"{county}{towns.names[one]}" if chance[row] > 1 - _TOWN_SHARE else county)
    return units
