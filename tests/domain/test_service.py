"""The service network's own rules: who is silent, who is unknown, how far, and in which order it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.areas import Area, AreaKind, Level
from grid.questions import ServiceSummary
from grid.refusals import Refused
from grid.service import (
    DISTANCE_STEPS_M,
    NO_POINT,
    AreaService,
    PointReport,
    PointState,
    ServiceNetwork,
    ServicePointView,
    VillageService,
    count_states,
    nearest_points,
    network_day,
    point_state,
    spread_of,
    window_start,
)
from grid.service_lists import (
    COLUMNS,
    FIRST_ORDER,
    ServiceColumn,
    ServiceList,
    ServiceQuestion,
    listed_rows,
    pages_of,
)

DAY = date(2026, 8, 31)
START = date(2026, 6, 3)
"""The first of the 90 days up to ``DAY``, counted by hand."""


def test_ninety_days_are_counted_with_the_last() -> None:
    assert window_start(DAY) == START
    assert (DAY - START).days + 1 == 90


@pytest.mark.parametrize(
    ("handled", "since", "until", "last", "state"),
    [
        (3, date(2026, 1, 1), DAY, START, PointState.ACTIVE),
        (3, date(2026, 1, 1), DAY, START - timedelta(days=1), PointState.SILENT),
        (0, None, None, START, PointState.ACTIVE),
        (2, START, DAY, None, PointState.ACTIVE),
        (2, START - timedelta(days=1), DAY, None, PointState.UNKNOWN),
        (0, START, DAY, None, PointState.SILENT),
        (0, START + timedelta(days=1), DAY, None, PointState.UNKNOWN),
        (0, date(2026, 1, 1), DAY - timedelta(days=1), None, PointState.UNKNOWN),
        (0, None, DAY, None, PointState.UNKNOWN),
        (0, date(2026, 1, 1), None, None, PointState.UNKNOWN),
        (0, None, None, None, PointState.UNKNOWN),
        (5, None, None, date(2026, 1, 1), PointState.SILENT),
        (5, date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 1), PointState.UNKNOWN),
    ],
)
def test_silence_is_only_what_a_report_says(
    handled: int, since: date | None, until: date | None, last: date | None, state: PointState
) -> None:
    assert point_state(PointReport(handled, since, until, last), DAY) is state


DAYS = st.none() | st.dates(date(2025, 12, 1), date(2026, 10, 1))


@given(handled=st.integers(0, 9), since=DAYS, until=DAYS, last=DAYS)
def test_no_point_is_called_silent_that_had_a_matter_in_the_days(
    handled: int, since: date | None, until: date | None, last: date | None
) -> None:
    """Whatever is reported: a matter known to lie in the window forbids silence, and no word is unknown."""
    state = point_state(PointReport(handled, since, until, last), DAY)
    if last is not None and last >= START:
        assert state is PointState.ACTIVE
    if handled and last is None:
        assert state is not PointState.SILENT
    if last is None and (since is None or until is None) and not (handled and since and since >= START):
        assert state is PointState.UNKNOWN


def test_a_network_reports_up_to_the_latest_day_that_is_over() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert network_day([None, date(2026, 5, 1), DAY, tomorrow], DAY) == DAY
    assert network_day([None], DAY) == DAY
    assert network_day([date(2026, 5, 1)], DAY) == date(2026, 5, 1)


def test_the_nearest_point_is_that_of_brute_force() -> None:
    rng = np.random.default_rng(4)
    places, points = rng.uniform(0, 40_000, (300, 2)), rng.uniform(0, 40_000, (170, 2))
    every = np.hypot(*(places[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    indexes, distances = nearest_points(places, points)
    assert (indexes == every.argmin(axis=1)).all()
    assert np.allclose(distances, every.min(axis=1))
    nowhere, none = nearest_points(places, np.empty((0, 2)))
    assert (nowhere == NO_POINT).all()
    assert np.isnan(none).all()
    assert len(nearest_points(np.empty((0, 2)), points)[0]) == 0


def test_distances_fall_into_their_classes_and_unknown_ones_into_none() -> None:
    steps = list(DISTANCE_STEPS_M)
    spread = spread_of([0.0, *steps, steps[0] + 0.1, steps[-1] + 0.1, None, None])
    assert spread.counts == (2, 2, 1, 1, 1, 1)
    assert (spread.n, spread.unknown, spread.most_m) == (8, 2, steps[-1] + 0.1)
    assert spread_of([None]).median_m is None
    assert sum(spread.counts) == spread.n


def make_network() -> ServiceNetwork:
    """Three parts, four villages, three points; some values missing, some equal."""
    summary = ServiceSummary(2, 1, 3, 5, {"cadre": 5}, 7, 4, None, None, 4, 2)

    def part(number: int, points: int, agents: int, unserved: int) -> AreaService:
        area = Area(
            number,
            Level.COUNTY,
            AreaKind.REGULAR,
            f"99{number}",
            f"县{number}",
            "",
            "",
            None,
            None,
            1.0,
            120.0,
            28.0,
        )
        told = replace(summary, points=points, agents=agents, villages_without_point=unserved)
        return AreaService(area, told, count_states([]))

    villages = tuple(
        VillageService(number, f"v{number}", ("县", "镇", f"村{number}"), points, distance, "x", 120.0, 28.0)
        for number, (points, distance) in enumerate([(0, 900.0), (1, None), (0, 5200.5), (2, 900.0)])
    )
    points = tuple(
        ServicePointView(
            number, f"点{number}", f"v{number}", ("县", "镇", "村"), 1, state, last, "", None, None
        )
        for number, (state, last) in enumerate(
            [(PointState.SILENT, None), (PointState.ACTIVE, DAY), (PointState.SILENT, date(2026, 1, 2))]
        )
    )
    parts = (part(1, 2, 3, 0), part(2, 0, 0, 2), part(3, 1, 2, 2))
    states = count_states(point.state for point in points)
    spread = spread_of([village.distance_m for village in villages])
    return ServiceNetwork(None, DAY, summary, states, parts, villages, points, spread, spread)


def ids(listed: ServiceList, sort: ServiceColumn, *, descending: bool) -> list[int]:
    question = ServiceQuestion(None, listed, sort, descending)
    rows = listed_rows(make_network(), question)
    return [row.area.id if isinstance(row, AreaService) else row.id for row in rows]


def test_lists_hold_their_rows_in_order_and_the_valueless_last() -> None:
    distance, each = ServiceColumn.DISTANCE, ServiceColumn.AGENTS_EACH
    assert ids(ServiceList.FAR, distance, descending=True) == [2, 0, 3, 1]
    assert ids(ServiceList.FAR, distance, descending=False) == [0, 3, 2, 1]
    assert ids(ServiceList.UNSERVED, distance, descending=True) == [2, 0]
    assert ids(ServiceList.SILENT, ServiceColumn.LAST, descending=False) == [2, 0]
    assert ids(ServiceList.PARTS, each, descending=True) == [3, 1, 2]
    assert ids(ServiceList.PARTS, ServiceColumn.UNSERVED, descending=True) == [2, 3, 1]
    assert ids(ServiceList.POINTS, ServiceColumn.STATE, descending=False) == [1, 0, 2]


def test_every_column_of_every_list_orders_it_both_ways_and_loses_nothing() -> None:
    for listed, columns in COLUMNS.items():
        assert FIRST_ORDER[listed][0] in columns
        for column in columns:
            up, down = (ids(listed, column, descending=way) for way in (False, True))
            assert sorted(up) == sorted(down)
            assert len(up) == len(set(up)) > 0


def test_a_question_checks_itself() -> None:
    for wrong in ({"within": 0}, {"within": -1}, {"within": 2**63}):
        with pytest.raises(Refused, match="area_unknown"):
            ServiceQuestion(**wrong)
    for page in (0, 10**9):
        with pytest.raises(Refused, match="service_page_unknown"):
            ServiceQuestion(page=page)
    with pytest.raises(ValueError, match="no column"):
        ServiceQuestion(listed=ServiceList.FAR, sort=ServiceColumn.AGENTS)
    assert [pages_of(total) for total in (0, 1, 50, 51)] == [1, 1, 1, 2]
