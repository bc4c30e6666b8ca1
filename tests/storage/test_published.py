"""Published products equal a recount, nothing hidden in them can be told, and they follow every change."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, text

from data.access.roles import SERVER
from data.intake.run import run_import
from data.reads import figures, published
from data.sessions import reading
from data.store import PostgisStore
from data.worker import run_worker
from data.writes import publishing
from grid.areas import Level
from grid.disclosure import Release, recoverable
from grid.findings import ImportKind
from grid.matters import Category, Channel
from grid.measures import SMALL_CELL
from grid.principals import COMMAND_LINE, WALL, Principal, Role
from grid.published import GROUPS, LATE, Group, GroupKind, WallQuestion, Window
from grid.questions import MatterQuestion
from grid.refusals import Refused
from grid.suppression import release_of
from tests.storage.petition_files import FULL, PETITIONS, line

WINDOWS = list(Window)
ALL: Group = (GroupKind.ALL, "")
PATIENCE_S = 20
Rows = list[Any]


def _rows(engine: Engine, statement: str) -> Rows:
    with engine.connect() as connection:
        return list(connection.execute(text(statement)).all())


@dataclass(frozen=True)
class Told:
    """The demo's matters one by one, as SQL without any of the product's conditions gives them."""

    day: date
    matters: Rows

    def of(self, window: Window, group: Group) -> Rows:
        kind, value = group
        return [
            row
            for row in self.matters
            if row.registered_on >= window.since(self.day)
            and (kind is GroupKind.ALL or value == getattr(row, kind.value))
        ]


@pytest.fixture(scope="module")
def told(demo_engine: Engine) -> Told:
    day = _rows(demo_engine, "SELECT day FROM published_state")[0].day
    return Told(day, _rows(demo_engine, "SELECT * FROM petition WHERE purpose <> 'accusation'"))


def _question(window: Window, group: Group) -> WallQuestion:
    kind, value = group
    if kind is GroupKind.CATEGORY:
        return WallQuestion(window, category=Category(value))
    return WallQuestion(window, channel=Channel(value) if kind is GroupKind.CHANNEL else None)


@pytest.mark.parametrize("window", WINDOWS)
def test_counts_equal_a_recount(demo_engine: Engine, told: Told, window: Window) -> None:
    columns = {Level.COUNTY: "county_id", Level.TOWN: "town_id", Level.VILLAGE: "village_id"}
    regular = set(_rows(demo_engine, "SELECT id FROM area WHERE kind = 'regular' AND valid_to IS NULL"))
    for group in GROUPS:
        placed = [row for row in told.of(window, group) if row.place_status == "accepted"]
        for level in columns if group == ALL else (Level.COUNTY, Level.TOWN):
            expected = Counter(getattr(row, columns[level]) for row in placed)
            with reading(demo_engine, WALL) as session:
                answer = published.counts(session, level, _question(window, group))
            assert {(row.area.id,) for row in answer.rows} <= regular
            assert all(row.count in (expected[row.area.id], None) for row in answer.rows)
            if level is not Level.VILLAGE:
                assert sum(row.count or 0 for row in answer.rows) == sum(
                    count for area, count in expected.items() if (area,) in regular
                )
                assert all(row.count is not None for row in answer.rows)


def test_placed_totals_and_months_equal_a_recount(demo_engine: Engine, told: Told) -> None:
    with reading(demo_engine, WALL) as session:
        for group in GROUPS:
            for window in WINDOWS:
                matters = told.of(window, group)
                fine = Counter(row.granularity for row in matters if row.place_status == "accepted")
                placed = published.counts(session, Level.TOWN, _question(window, group)).placed
                assert placed.total == len(matters)
                assert placed.point == fine["point"] + fine["building"]
                assert (placed.grid, placed.village, placed.town) == (
                    fine["grid"],
                    fine["village"],
                    fine["town"],
                )
            months = published.trend(session, _question(Window.M1, group))
            registered = Counter(row.registered_on.replace(day=1) for row in told.of(Window.M24, group))
            assert [each.count for each in months] == [registered[each.month] for each in months]
            assert (len(months), [each.partial for each in months]) == (24, [False] * 23 + [True])


@pytest.mark.parametrize("group", [ALL, (GroupKind.CATEGORY, "land"), (GroupKind.CHANNEL, "visit")])
@pytest.mark.parametrize("window", [Window.M1, Window.M12])
def test_figures_equal_those_asked_one_by_one(
    demo_engine: Engine, told: Told, window: Window, group: Group
) -> None:
    asked = _question(window, group)

    def ask(months_earlier: int) -> dict[str, Any]:
        period = window.period(told.day, months_earlier)
        question = MatterQuestion(*period, category=asked.category, channel=asked.channel)
        return {each.code: each for each in figures.matter_measures(session, question)}

    with reading(demo_engine, WALL) as session:
        found = published.figures(session, asked)
        now, before, year_before = ask(0), ask(window.months), ask(12)
    assert len(found) == 7
    for measure in found[:5]:
        same = now[measure.code]
        assert (measure.value, measure.n, measure.since, measure.until) == (
            same.value, same.n, same.since, same.until,
        )  # fmt: skip
        assert measure.before == before[measure.code].value
        assert measure.year_before == year_before[measure.code].value


def _released(engine: Engine) -> Release:
    """Return what a reader of the tables has of villages: nothing from anywhere else."""
    columns = ", ".join(
        f"max(count) FILTER (WHERE time_window = '{window}') AS {window}" for window in WINDOWS
    )
    of_level = f"SELECT area_id, parent_id, {columns} FROM published_count JOIN area ON area.id = area_id"
    of_level += " WHERE group_kind = 'all' AND published_count.level = '{}' GROUP BY 1, 2 ORDER BY 1"
    towns, villages = (_rows(engine, of_level.format(level)) for level in ("town", "village"))
    index = {row.area_id: at for at, row in enumerate(towns)}
    placed = {
        row.time_window: row
        for row in _rows(engine, "SELECT * FROM published_placed WHERE group_kind = 'all'")
    }
    return Release(
        np.array([row[2:] for row in villages], dtype=float),
        np.array([index[row.parent_id] for row in villages]),
        np.array([row[2:] for row in towns], dtype=np.int64),
        np.array([placed[window].town for window in WINDOWS], dtype=np.int64),
    )


def _true_counts(engine: Engine, told: Told) -> np.ndarray:
    villages = _rows(engine, "SELECT id FROM area WHERE level = 'village' AND valid_to IS NULL ORDER BY id")
    found = [
        Counter(row.village_id for row in told.of(window, ALL) if row.place_status == "accepted")
        for window in WINDOWS
    ]
    return np.array([[counter[row.id] for counter in found] for row in villages])


def test_nothing_hidden_can_be_told_from_the_tables(demo_engine: Engine, told: Told) -> None:
    release = _released(demo_engine)
    hidden, counts = np.isnan(release.shown), _true_counts(demo_engine, told)
    assert hidden.any()
    assert (counts[~hidden] == release.shown[~hidden]).all()
    several = np.bincount(release.town_of)[release.town_of] > 1
    assert not ((release.shown > 0) & (release.shown < SMALL_CELL))[several].any()
    # A reader of the tables, and one who also knows what is placed to each town only.
    assert recoverable(release, seed=1) == ()
    assert recoverable(release_of(counts, release.town_of, hidden), seed=1) == ()


def test_the_same_audit_finds_what_a_plain_rule_leaves_open(demo_engine: Engine, told: Told) -> None:
    counts, town_of = _true_counts(demo_engine, told), _released(demo_engine).town_of
    several = np.bincount(town_of)[town_of] > 1
    plain = (counts > 0) & (counts < SMALL_CELL) & several[:, None]
    assert len(recoverable(release_of(counts, town_of, plain))) > 100


def test_a_kiosk_reads_what_is_published(
    demo_copy: Engine, sign_in: Callable[..., Principal], login_as: Callable[[Engine, str], Engine]
) -> None:
    kiosk = sign_in(demo_copy, Role.KIOSK)
    wall = PostgisStore(login_as(demo_copy, SERVER)).wall(kiosk)
    ours, question = PostgisStore(demo_copy).wall(WALL), WallQuestion(Window.M12)
    assert wall.publication() == ours.publication() is not None
    assert wall.figures(question) == ours.figures(question) != ()
    assert wall.counts(Level.VILLAGE, question) == ours.counts(Level.VILLAGE, question)
    assert wall.trend(question) == ours.trend(question)
    assert wall.density(question) is not None
    found = wall.significance(Level.TOWN, question)
    counts = {row.area.id: row.count for row in wall.counts(Level.TOWN, question).rows}
    assert {one.area_id: one.count for one in found.rows} == counts, "what is judged is what is published"
    assert any(one.q is not None for one in found.rows)
    with pytest.raises(Refused, match="not_published"):
        wall.significance(Level.VILLAGE, question)


@pytest.mark.parametrize(
    ("level", "group"),
    [
        (Level.VILLAGE, (GroupKind.CATEGORY, "land")),
        (Level.VILLAGE, (GroupKind.CHANNEL, "visit")),
        (Level.GRID, ALL),
        (Level.CITY, ALL),
    ],
)
def test_what_is_not_on_the_lattice_is_refused(demo_engine: Engine, level: Level, group: Group) -> None:
    with pytest.raises(Refused, match="not_published"):
        PostgisStore(demo_engine).wall(WALL).counts(level, _question(Window.M12, group))


def test_before_the_first_publication_nothing_is_told(engine: Engine) -> None:
    wall, question = PostgisStore(engine).wall(WALL), WallQuestion(Window.M1)
    assert wall.publication() is None
    by_level = [lambda asked, ask=ask: ask(Level.TOWN, asked) for ask in (wall.counts, wall.significance)]
    for ask in (wall.figures, wall.trend, wall.density, *by_level):
        with pytest.raises(Refused, match="not_published"):
            ask(question)


def test_an_empty_city_is_published(engine: Engine) -> None:
    publishing.publish(engine)
    wall = PostgisStore(engine).wall(WALL)
    assert wall.figures(WallQuestion(Window.M1))[0].value == 0
    assert wall.counts(Level.VILLAGE, WallQuestion(Window.M1)).rows == ()
    assert wall.density(WallQuestion(Window.M1)) is None


def _matters(day: date, count: int, name: str = "A", **said: str) -> list[list[str]]:
    shared = {"登记日期": day.isoformat(), "受理日期": ""} | said
    return [FULL, *(line(f"{name}{number}", **shared) for number in range(count))]


def _today(engine: Engine) -> date:
    day: date = _rows(engine, "SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS day")[0].day
    return day


def _is_current(engine: Engine) -> bool:
    return _rows(
        engine, "SELECT s.data_version = v.number AS same FROM published_state s, data_version v"
    ) == [(True,)]


def test_an_import_changes_what_is_published(
    take_in: Callable[..., Any], write_csv: Callable[..., Path], small_city: Engine
) -> None:
    wall, question = PostgisStore(small_city).wall(WALL), WallQuestion(Window.M1)
    before = wall.publication()
    take_in(PETITIONS, write_csv(_matters(_today(small_city), 7)), published=True)
    after = wall.publication()
    assert before is not None
    assert after is not None
    assert after.number > before.number
    assert _is_current(small_city)
    assert sum(row.count or 0 for row in wall.counts(Level.TOWN, question).rows) == 7
    assert wall.figures(question)[0].value == 7
    assert wall.trend(question)[-1].count == 7


def test_data_that_is_not_published_yet_is_told_with_its_time(
    take_in: Callable[..., Any], write_csv: Callable[..., Path], small_city: Engine
) -> None:
    """The wall dates what it shows by it: late after a quarter of an hour, and never without newer data."""
    wall = PostgisStore(small_city).wall(WALL)
    before = wall.publication()
    assert before is not None
    assert before.newer_at is None
    began = datetime.now(UTC)
    take_in(PETITIONS, write_csv(_matters(_today(small_city), 7)))
    waiting = wall.publication()
    assert waiting == before
    assert waiting.newer_at is not None
    assert abs(waiting.newer_at - began) < timedelta(minutes=1)
    assert not waiting.is_late(began + LATE - timedelta(minutes=1))
    assert waiting.is_late(began + LATE + timedelta(minutes=1))
    publishing.publish(small_city)
    after = wall.publication()
    assert after is not None
    assert after.newer_at is None
    assert after.changed_at == waiting.newer_at


def test_a_dry_run_and_a_repeated_import_publish_nothing(
    take_in: Callable[..., Any], write_csv: Callable[..., Path], small_city: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = write_csv(_matters(_today(small_city), 3))
    made: list[Engine] = []
    monkeypatch.setattr(publishing, "try_to_publish", made.append)
    take_in(PETITIONS, path, dry_run=True, published=True)
    assert made == []
    take_in(PETITIONS, path, published=True)
    take_in(PETITIONS, path, published=True)
    assert made == [small_city]


def test_a_crash_before_the_publication_is_healed_by_the_worker(
    write_csv: Callable[..., Path], small_city: Engine
) -> None:
    path = write_csv(_matters(_today(small_city), 7))
    run_import(small_city, COMMAND_LINE, ImportKind.PETITIONS, path, publish=False)
    assert not _is_current(small_city)
    stop = threading.Event()
    options = {"poll_s": 0.02, "publish_every_s": 0.02}
    worker = threading.Thread(target=run_worker, args=(small_city, stop), kwargs=options)
    worker.start()
    try:
        until = time.monotonic() + PATIENCE_S
        while not _is_current(small_city) and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        stop.set()
        worker.join(PATIENCE_S)
    assert _is_current(small_city)
    assert PostgisStore(small_city).wall(WALL).figures(WallQuestion(Window.M1))[0].value == 7


def test_a_failing_publication_undoes_no_import_and_leaves_the_earlier_one(
    take_in: Callable[..., Any], write_csv: Callable[..., Path], small_city: Engine,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    before = PostgisStore(small_city).wall(WALL).publication()

    def broken(session: object, day: date) -> None:
        raise ZeroDivisionError("secret of a file")

    last = list(publishing._PRODUCTS)[-1]
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setitem(publishing._PRODUCTS, last, broken)
        report = take_in(PETITIONS, write_csv(_matters(_today(small_city), 7)), published=True)
    assert report.accepted == 7
    assert _rows(small_city, "SELECT count(*) FROM petition") == [(7,)]
    assert PostgisStore(small_city).wall(WALL).publication() == before
    assert sum(row.count for row in _rows(small_city, "SELECT count FROM published_month")) == 0
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text
    assert publishing.try_to_publish(small_city)
    assert _is_current(small_city)


def test_a_new_day_makes_a_publication_stale(small_city: Engine) -> None:
    assert not publishing.publish_if_stale(small_city)
    with small_city.begin() as connection:
        connection.execute(text("UPDATE published_state SET day = day - 1"))
    assert publishing.publish_if_stale(small_city)
    assert not publishing.publish_if_stale(small_city)
    assert _rows(small_city, "SELECT day FROM published_state") == [(_today(small_city),)]


def test_a_new_program_makes_a_publication_stale_and_no_two_share_a_number(small_city: Engine) -> None:
    """A mended rule must reach the wall at once, also past pictures that a browser keeps by number."""
    before = PostgisStore(small_city).wall(WALL).publication()
    with small_city.begin() as connection:
        connection.execute(text("UPDATE published_state SET program = 'an earlier one'"))
    assert publishing.publish_if_stale(small_city)
    after = PostgisStore(small_city).wall(WALL).publication()
    assert before is not None
    assert after is not None
    assert after.number > before.number


def test_of_many_who_find_it_stale_one_publishes(small_city: Engine) -> None:
    with small_city.begin() as connection:
        connection.execute(text("UPDATE data_version SET number = number + 1"))
    made: list[bool] = []
    threads = [
        threading.Thread(target=lambda: made.append(publishing.publish_if_stale(small_city)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(made) == [False, False, False, True]


@pytest.mark.parametrize(("count", "visible"), [(4, False), (6, True)])
def test_few_matters_at_a_place_do_not_glow(
    take_in: Callable[..., Any], write_csv: Callable[..., Path], small_city: Engine, count: int, visible: bool
) -> None:
    day = _today(small_city)
    elsewhere = _matters(day, 1, "B", 经度="120.352", 纬度="28.151")[1:]
    take_in(PETITIONS, write_csv([*_matters(day, count), *elsewhere]), published=True)
    surface = PostgisStore(small_city).wall(WALL).density(WallQuestion(Window.M1))
    assert surface is not None
    assert surface.n == count + 1
    assert np.isfinite(surface.per_km2).any() == visible
    # Of the lone matter in the east there is nothing at all.
    assert not np.isfinite(surface.per_km2[:, surface.per_km2.shape[1] * 2 // 3 :]).any()


def test_a_density_is_read_back_as_it_was_made(demo_engine: Engine, told: Told) -> None:
    surface = PostgisStore(demo_engine).wall(WALL).density(WallQuestion(Window.M24))
    with_point = [row for row in told.of(Window.M24, ALL) if row.point and row.place_status == "accepted"]
    assert surface is not None
    assert surface.n == len(with_point)
    west, south, east, north = surface.bounds_m
    cell_km2 = (east - west) * (north - south) / surface.per_km2.size / 1e6
    total = float(np.nansum(surface.per_km2)) * cell_km2
    assert 0.9 * surface.n < total <= 1.01 * surface.n
