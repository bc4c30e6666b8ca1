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
from data.demo.service import Handled, Network, service_rows
from data.demo.steps import Steps, make_steps
from data.demo.terrain import Mask
from data.demo.units import Units, assign_units
from data.demo.wording import Telling, Tellings, tell
from data.export.rows import PetitionRow, ServicePointRow
from data.intake.tables.vocabulary import Repeat
from grid.areas import Level
from grid.matters import Channel, Purpose

HANDLED, RESOLVED = 185, 158
"""Matters of the service network of one county in the last eight months, as published."""
_SOURCE = "枫溪市信访系统（演示）"
_LONGEST_ACCEPTANCE_DAYS = 30
_APPROVERS = ("单位主要负责人", "单位分管负责人")
_REASONS = (
    "需委托专业机构鉴定，鉴定结论尚未出具",
    "涉及多个部门，需会商后答复",
    "需调取历史档案逐项核实",
    "各方正在协商，拟达成一致后一并答复",
    "相关行政程序尚未办结",
)


@dataclass(frozen=True, slots=True, eq=False)
class Matters:
    """Rows of the petitions' file and of the service points' file; both tell the same of the network."""

    petitions: list[PetitionRow]
    service_points: list[ServicePointRow]


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The same matters over and over: what happened, who answers and how, where it is said to be."""

    happenings: Happenings
    units: Units
    handling: Handling
    tellings: Tellings


def make_matters(
    city: City, entries: Entries, network: Network, *, count: int, until: date, rng: np.random.Generator
) -> Matters:
    """Return ``count`` matters of the two years up to ``until``."""
    happenings = make_happenings(city, count, until, rng)
    units = assign_units(city, happenings, rng)
    handling = handle(city, happenings, units, rng)
    columns = _Columns(happenings, units, handling, tell(city, happenings, entries, rng))
    since = _eight_months_before(until)
    first = (since - happenings.first_day).days
    channel, point = _carry(city, network, columns, first, rng)
    counted = (point != NEVER) & (happenings.day >= first)
    points = len(network.village)
    last_day = np.zeros(points, dtype=np.int64)
    np.maximum.at(last_day, point[counted], happenings.day[counted] - first)
    done = Handled(
        count=np.bincount(point[counted], minlength=points),
        resolved=np.bincount(point[counted & columns.handling.settled], minlength=points),
        last_day=last_day,
    )
    carried = replace(columns, happenings=replace(happenings, channel=channel))
    return Matters(
        _rows(carried, make_steps(carried.happenings, handling, units, rng), rng),
        service_rows(city, network, done, since=since, until=until),
    )


def _eight_months_before(until: date) -> date:
    after = until + timedelta(days=1)
    months = after.year * 12 + after.month - 1 - 8
    return date(months // 12, months % 12 + 1, min(after.day, 28))


def _carry(
    city: City, network: Network, columns: _Columns, first: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.object_], Index]:
    """Return channels and the service point that carried each matter (`NEVER`: none).

    Only villages with a point have carried matters; the county of the published figures has exactly those
    since day ``first``, all of them placed at least to the village so that every screen counts them there.
    """
    happenings, handling = columns.happenings, columns.handling
    village = city.table(Level.GRID).parents[happenings.grid]
    town = city.table(Level.VILLAGE).parents[village]
    ours = city.table(Level.TOWN).parents[town] == names.SERVICE_COUNTY
    point = _first_points(city, network)[village]
    accused = happenings.purpose == Purpose.ACCUSATION
    # Counts are taken by the day of registration or of acceptance: none just before the period either.
    published_instead = ours & (happenings.day >= first - _LONGEST_ACCEPTANCE_DAYS)
    channel = happenings.channel.copy()
    channel[(channel == Channel.AGENT) & (published_instead | (point == NEVER) | accused)] = Channel.CALL
    placed = np.isin(columns.tellings.kind, [Telling.POINT, Telling.VILLAGE])
    suitable = ours & (happenings.day >= first) & placed & (point != NEVER)
    channel[_published(suitable, handling.settled, handling.course.accepted != NEVER, rng)] = Channel.AGENT
    return channel, np.where(channel == Channel.AGENT, point, NEVER)


def _first_points(city: City, network: Network) -> Index:
    """Return the first service point of each village, `NEVER` for a village without any."""
    first = np.full(len(city.table(Level.VILLAGE).codes), NEVER)
    first[network.village[~network.is_second]] = np.flatnonzero(~network.is_second)
    return first


def _published(suitable: Mask, settled: Mask, accepted: Mask, rng: np.random.Generator) -> Index:
    """Return the matters that make the published figures; fewer where a small demo has fewer."""
    done, running = np.flatnonzero(suitable & settled), np.flatnonzero(suitable & ~settled & accepted)
    return np.concatenate(
        [
            rng.choice(done, min(RESOLVED, len(done)), replace=False),
            rng.choice(running, min(HANDLED - RESOLVED, len(running)), replace=False),
        ]
    )


def _rows(columns: _Columns, steps: Steps, rng: np.random.Generator) -> list[PetitionRow]:
    happenings, handling, tellings = columns.happenings, columns.handling, columns.tellings
    course = handling.course
    approver, reason = (rng.integers(0, len(texts), len(happenings.day)) for texts in (_APPROVERS, _REASONS))
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
            received_on=on(steps.received[row]),
            registered_on=calendar[day],
            forwarded_on=on(steps.forwarded[row]),
            unit_received_on=on(steps.unit_received[row]),
            accepted_on=on(course.accepted[row]),
            noticed_on=on(steps.noticed[row]),
            extension_days=int(course.extension_days[row]) or None,
            extended_on=on(course.extended[row]),
            extension_approver=_APPROVERS[approver[row]] if course.extension_days[row] else None,
            extension_reason=_REASONS[reason[row]] if course.extension_days[row] else None,
            replied_on=on(course.replied[row]),
            evaluated_on=on(course.evaluated[row]),
            closed_on=on(course.closed[row]),
            resubmitted_on=on(steps.resubmitted[row]),
            repeat=Repeat.REPEAT if handling.is_repeat[row] else Repeat.FIRST,
            submissions=int(handling.submissions[row]),
            heads=int(handling.heads[row]),
            backlog=bool(handling.backlog[row]),
            backlog_tier=steps.tier[row],
            backlog_resolved_on=on(steps.resolved[row]),
            head_read_on=on(steps.head_read[row]),
            evaluation=course.evaluation[row],
            unit=columns.units.name(row),
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
