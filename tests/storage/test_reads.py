"""Readings equal sums made in Python over random matters, and leave accusations and unsure places out."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, Point, box
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DataError, InternalError
from sqlalchemy.orm import Session

from data import models
from data.reads import cards, city, figures, listings, matters, patch, service
from data.sessions import reading, writing
from data.store import PostgisStore
from grid.areas import Level
from grid.audits import Action
from grid.clocks.states import ClockState
from grid.matters import SETTLED_STAGES, Category, Channel, Purpose, Stage, Track
from grid.places import Granularity, PlaceStatus
from grid.principals import COMMAND_LINE, WALL
from grid.questions import MatterQuestion
from grid.refusals import Refused
from layers.numbers import CITY_ZONE
from tests.storage.written_audit import audit_rows

TODAY = datetime.now(CITY_ZONE).date()
YEAR = MatterQuestion(TODAY - timedelta(days=364), TODAY)


@dataclass(frozen=True)
class Row:
    """One matter as the oracle knows it."""

    number: int
    purpose: str
    category: str
    channel: str
    registered_on: date
    due_on: date | None
    replied_on: date | None
    closed_on: date | None
    stage: str
    is_repeat: bool
    submissions: int
    track: str
    placed: bool
    granularity: str
    grid: int | None


@dataclass(frozen=True)
class World:
    """A city of 2 counties, 4 towns, 8 villages and 16 grids, all unit squares in a row of sixteen."""

    engine: Engine
    ids: dict[str, int]
    rows: tuple[Row, ...]


def _random_row(rng: random.Random, number: int) -> Row:
    registered = TODAY - timedelta(days=rng.randrange(0, 760))
    accepted = rng.random() < 0.9
    due = registered + timedelta(days=rng.randrange(20, 90)) if accepted else None
    replied = registered + timedelta(days=rng.randrange(1, 120)) if rng.random() < 0.7 else None
    closed = (replied or registered) + timedelta(days=rng.randrange(1, 60)) if rng.random() < 0.4 else None
    purpose = rng.choice(["claim"] * 8 + ["suggestion", "accusation"])
    return Row(
        number=number,
        purpose=purpose,
        category=rng.choice(list(Category)).value,
        channel=rng.choice(list(Channel)).value,
        registered_on=registered,
        due_on=due,
        replied_on=replied if replied and replied <= TODAY else None,
        closed_on=closed if closed and closed <= TODAY else None,
        # Of any day: a file may say one thing by its stage and another by its days.
        stage=rng.choice(list(Stage)).value,
        is_repeat=rng.random() < 0.2,
        submissions=rng.choice([1, 1, 1, 2, 5]),
        track=rng.choice(["ordinary"] * 6 + ["legal"]),
        placed=rng.random() < 0.85,
        granularity=rng.choice(["point", "building", "grid"]),
        grid=None if purpose == "accusation" else rng.randrange(16),
    )


@pytest.fixture(scope="module")
def world(module_engine: Engine) -> World:
    rng = random.Random(20261121)
    rows = tuple(_random_row(rng, number) for number in range(1500))
    with Session(module_engine) as session, session.begin():
        ids = _insert_areas(session)
        _insert_matters(session, ids, rows)
    return World(module_engine, ids, rows)


def _batch(session: Session) -> int:
    values = {
        "kind": "petitions", "file_name": "x", "sha256": "0" * 64, "options": "{}", "dry_run": False,
        "principal": "test", "seconds": 0, "rows": 0, "accepted": 0, "review": 0, "refused": 0,
    }  # fmt: skip
    return session.execute(
        insert(models.ImportBatch).values(**values).returning(models.ImportBatch.id)
    ).scalar_one()


def _insert_areas(session: Session) -> dict[str, int]:
    batch = _batch(session)
    ids: dict[str, int] = {"batch": batch}
    parents: dict[int, int | None] = dict.fromkeys(range(16))
    for level, width in ((Level.COUNTY, 8), (Level.TOWN, 4), (Level.VILLAGE, 2), (Level.GRID, 1)):
        edition = session.execute(
            insert(models.Edition)
            .values(
                level=level, code_system="T", vintage="1", source="test", source_crs="EPSG:4490",
                synthetic=True, valid_from=date(2020, 1, 1), batch_id=batch,
            )
            .returning(models.Edition.id)
        ).scalar_one()  # fmt: skip
        ids[f"edition {level}"] = edition
        for west in range(0, 16, width):
            square = box(120 + west / 100, 28, 120 + (west + width) / 100, 28.01)
            ids[f"{level} {west}"] = area = session.execute(
                insert(models.Area)
                .values(
                    edition_id=edition, level=level, kind="regular", code=f"{west:02d}",
                    name=f"{level}{west}", code_system="T", vintage="1", parent_id=parents[west],
                    population=1000 * width, area_km2=1.0, valid_from=date(2020, 1, 1),
                    geom=from_shape(MultiPolygon([square]), srid=4490),
                    label=from_shape(square.centroid, srid=4490),
                )
                .returning(models.Area.id)
            ).scalar_one()  # fmt: skip
            for band in range(3):
                shape = from_shape(MultiPolygon([square]), srid=4490)
                session.execute(insert(models.AreaShape).values(area_id=area, band=band, geom=shape))
            for inside in range(west, west + width):
                parents[inside] = area
    return ids


def _insert_matters(session: Session, ids: dict[str, int], rows: tuple[Row, ...]) -> None:
    for row in rows:
        session.execute(
            insert(models.Petition).values(
                source="t", matter_no=str(row.number), channel=row.channel, purpose=row.purpose,
                category=row.category, track=row.track, stage=row.stage,
                registered_on=row.registered_on, due_on=row.due_on, replied_on=row.replied_on,
                closed_on=row.closed_on, is_repeat=row.is_repeat, submissions=row.submissions,
                batch_id=ids["batch"], **_place_values(row, ids),
            )
        )  # fmt: skip


def _place_values(row: Row, ids: dict[str, int]) -> dict[str, object]:
    if row.grid is None:
        return {}
    west = row.grid
    point = from_shape(Point(120 + (west + 0.5) / 100, 28.005), srid=4490)
    return {
        "place_status": PlaceStatus.ACCEPTED if row.placed else PlaceStatus.REVIEW,
        "granularity": row.granularity,
        "place_method": "coordinates",
        "point": None if row.granularity == Granularity.GRID else point,
        "county_id": ids[f"county {west // 8 * 8}"],
        "town_id": ids[f"town {west // 4 * 4}"],
        "village_id": ids[f"village {west // 2 * 2}"],
        "grid_id": ids[f"grid {west}"],
    }


def _told(rows: tuple[Row, ...], question: MatterQuestion) -> list[Row]:
    return [
        row
        for row in rows
        if row.purpose != Purpose.ACCUSATION
        and question.since <= row.registered_on <= question.until
        and question.category in (None, row.category)
        and question.channel in (None, row.channel)
    ]


def _open(row: Row, on: date) -> bool:
    settled = row.replied_on or row.closed_on
    if settled is None:
        return row.registered_on <= on and row.stage not in SETTLED_STAGES
    return row.registered_on <= on < settled


def test_figures_equal_the_oracle(world: World) -> None:
    with reading(world.engine, WALL) as session:
        found = {measure.code: measure for measure in figures.matter_measures(session, YEAR)}
    told = _told(world.rows, YEAR)
    everyone = [row for row in world.rows if row.purpose != Purpose.ACCUSATION]
    due = [
        row for row in everyone
        if row.due_on and YEAR.since <= row.due_on <= YEAR.until
        and row.track == Track.ORDINARY and row.purpose == Purpose.CLAIM
        and row.registered_on <= YEAR.until
    ]  # fmt: skip
    days = [(row.replied_on or row.closed_on, row.due_on) for row in due]
    in_time = sum(settled is not None and settled <= due_on for settled, due_on in days)
    rated = [row for row in told if row.track != Track.LEGAL]
    assert len(rated) < len(told)
    submissions = sum(row.submissions for row in rated)
    repeated = sum(row.submissions if row.is_repeat else row.submissions - 1 for row in rated)
    assert found["matters_registered"].value == len(told)
    assert found["open_matters"].value == sum(_open(row, TODAY) for row in everyone)
    assert found["replied_in_time_rate"].value == pytest.approx(100 * in_time / len(due))
    assert found["replied_in_time_rate"].n == len(due)
    assert found["repeat_rate"].value == pytest.approx(100 * repeated / submissions)
    before = MatterQuestion(YEAR.since - timedelta(days=365), YEAR.until - timedelta(days=365))
    assert found["matters_registered"].before == len(_told(world.rows, before))


def test_a_rate_of_too_few_is_not_told(world: World) -> None:
    few = MatterQuestion(TODAY - timedelta(days=1), TODAY, category=Category.LAND)
    with reading(world.engine, WALL) as session:
        found = {measure.code: measure for measure in figures.matter_measures(session, few)}
    assert found["repeat_rate"].n < 20
    assert found["repeat_rate"].value is None


def test_the_trend_has_every_month_once_and_adds_up(world: World) -> None:
    with reading(world.engine, WALL) as session:
        months = matters.trend(session, YEAR)
    assert sum(month.count for month in months) == len(_told(world.rows, YEAR))
    assert len({month.month for month in months}) == len(months)
    assert [month.partial for month in months] == [False] * (len(months) - 1) + [True]


def test_a_question_within_an_area_counts_inside_it_only(world: World) -> None:
    inside = MatterQuestion(YEAR.since, YEAR.until, within=world.ids["town 4"])
    with reading(world.engine, WALL) as session:
        total = sum(month.count for month in matters.trend(session, inside))
        card = cards.area_card(session, world.ids["town 4"], YEAR)
    expected = sum(row.placed and row.grid in range(4, 8) for row in _told(world.rows, YEAR))
    assert total == expected
    assert card.measures[0].value == expected
    assert sum(count for _, count in card.categories) == expected
    assert card.path == ("county0", "town4")


def test_a_patch_lists_its_open_matters_most_urgent_first(world: World) -> None:
    with reading(world.engine, WALL) as session:
        found = patch.patch(session, world.ids["grid 3"], WALL.id)
    expected = [
        row for row in world.rows
        if row.grid == 3 and row.placed and row.purpose != Purpose.ACCUSATION and _open(row, TODAY)
    ]  # fmt: skip
    assert {matter.matter_no for matter in found.matters} == {str(row.number) for row in expected}
    assert found.closed_in_90_days == sum(
        row.grid == 3 and row.placed and row.purpose != Purpose.ACCUSATION
        and (row.replied_on or row.closed_on or date.min) >= TODAY - timedelta(days=90)
        for row in world.rows
    )  # fmt: skip
    left = [matter.days_left for matter in found.matters if matter.days_left is not None]
    assert left == sorted(left)
    assert all(
        (matter.clock is ClockState.OVERDUE) == (matter.days_left < 0)
        for matter in found.matters
        if matter.clock
    )
    assert found.outline["type"] == "MultiPolygon"


def test_an_id_that_is_no_grid_is_refused(world: World) -> None:
    with reading(world.engine, WALL) as session, pytest.raises(Refused, match="area_unknown"):
        patch.patch(session, world.ids["town 0"], WALL.id)
    with reading(world.engine, WALL) as session, pytest.raises(Refused, match="area_unknown"):
        patch.patch(session, 10**12, WALL.id)


def test_shapes_are_geojson_with_area_ids(world: World) -> None:
    edition = world.ids["edition village"]
    store = PostgisStore(world.engine)
    shapes = json.loads(gzip.decompress(store.wall(WALL).shapes(Level.VILLAGE, edition)))
    assert {feature["id"] for feature in shapes["features"]} == {
        str(world.ids[f"village {west}"]) for west in range(0, 16, 2)
    }
    assert all(feature["properties"]["synthetic"] for feature in shapes["features"])
    with pytest.raises(Refused, match="edition_unknown"):
        store.wall(WALL).shapes(Level.TOWN, edition)


def test_a_city_without_anything_answers(engine: Engine) -> None:
    desk = PostgisStore(engine).wall(WALL)
    assert desk.city().bounds is None
    assert desk.publication() is None
    with reading(engine, WALL) as session:
        assert figures.matter_measures(session, YEAR)[0].value == 0
        assert service.summary(session, None).points == 0
    assert desk.quarters() == ()
    assert desk.coverage(TODAY) is None


def test_a_reading_cannot_write(engine: Engine) -> None:
    with pytest.raises(InternalError, match="read-only"), reading(engine, WALL) as session:
        session.execute(text("UPDATE data_version SET number = 0"))


def test_a_writing_leaves_an_audit_row_and_a_new_version(engine: Engine) -> None:
    store = PostgisStore(engine)
    before = store.wall(WALL).version()
    with writing(engine, COMMAND_LINE, Action.CITY_SET, "city", keys=["name"]) as session:
        session.execute(text("INSERT INTO city_setting VALUES ('name', 'X')"))
    after = store.wall(WALL).version()
    assert after.number == before.number + 1
    assert after.changed_at > before.changed_at
    (row,) = audit_rows(engine)
    assert (row.principal, row.action, row.facts) == (COMMAND_LINE.id, "city.set", {"keys": ["name"]})


def test_a_failed_writing_leaves_nothing(engine: Engine) -> None:
    before = PostgisStore(engine).wall(WALL).version()
    with (
        pytest.raises(DataError),
        writing(engine, COMMAND_LINE, Action.CITY_SET, "city") as session,
    ):
        session.execute(text("INSERT INTO city_setting SELECT 'name', (1 / 0)::text"))
    assert PostgisStore(engine).wall(WALL).version() == before
    assert audit_rows(engine) == []


def test_the_service_network_of_a_town_and_of_the_city(world: World) -> None:
    with writing(world.engine, COMMAND_LINE, Action.IMPORT_RUN, "test") as session:
        for west, handled in ((0, 5), (2, 7), (8, 11)):
            point = session.execute(
                insert(models.ServicePoint)
                .values(
                    name=f"p{west}", village_id=world.ids[f"village {west}"], handled=handled,
                    resolved=handled - 1, batch_id=world.ids["batch"],
                )
                .returning(models.ServicePoint.id)
            ).scalar_one()  # fmt: skip
            session.execute(insert(models.ServiceHeadcount).values(point_id=point, kind="cadre", count=2))
        session.execute(
            insert(models.ServiceStation).values(
                name="s", town_id=world.ids["town 0"], batch_id=world.ids["batch"]
            )
        )
    with reading(world.engine, WALL) as session:
        whole, town = service.summary(session, None), service.summary(session, world.ids["town 0"])
        village, grid = (service.summary(session, world.ids[name]) for name in ("village 2", "grid 3"))
    assert (whole.towns, whole.stations, whole.points, whole.agents) == (4, 1, 3, 6)
    assert (whole.handled, whole.resolved, whole.villages, whole.villages_without_point) == (23, 20, 8, 5)
    assert (town.towns, town.stations, town.points, town.handled, town.villages) == (1, 1, 2, 12, 2)
    assert (village.points, village.handled, village.towns, village.stations) == (1, 7, 1, 1)
    assert (grid.points, grid.towns, grid.stations) == (1, 1, 1)


def test_a_listed_town_is_answered_for_by_the_leader_of_its_county(world: World) -> None:
    with writing(world.engine, COMMAND_LINE, Action.IMPORT_RUN, "test") as session:
        unit = {
            name: session.execute(
                insert(models.Unit)
                .values(name=name, kind="area", area_id=world.ids[name])
                .returning(models.Unit.id)
            ).scalar_one()
            for name in ("county 0", "town 4")
        }
        leader = session.execute(
            insert(models.Leader).values(post="post", name=None).returning(models.Leader.id)
        ).scalar_one()
        plan = session.execute(
            insert(models.CoveragePlan)
            .values(name="plan", state="published", valid_from=date(2020, 1, 1), created_by="test")
            .returning(models.CoveragePlan.id)
        ).scalar_one()
        session.execute(
            insert(models.Assignment).values(
                plan_id=plan, unit_id=unit["county 0"], leader_id=leader, kind="lead", cases=7
            )
        )
        quarter = listings.Quarter.of(TODAY)
        session.execute(
            insert(models.Listing).values(
                unit_id=unit["town 4"], quarter=str(quarter), state="listed", rank=1, reason="r",
                batch_id=world.ids["batch"],
            )
        )  # fmt: skip
    with reading(world.engine, WALL) as session:
        (listing,) = listings.listings(session, quarter)
        card = cards.area_card(session, world.ids["town 4"], YEAR)
        of_leader = cards.leader_card(session, leader, TODAY)
        measure = figures.network_measures(session, YEAR.since, YEAR.until)[0]
    assert listing.leader_label == "post"
    assert card.listing == listing
    assert [each.post for each in card.leaders] == ["post"]
    assert (of_leader.cases, [row.unit_name for row in of_leader.units]) == (7, ["county 0"])
    expected = sum(
        row.placed and row.grid in range(8) and row.purpose != Purpose.ACCUSATION and _open(row, TODAY)
        for row in world.rows if row.grid is not None
    )  # fmt: skip
    assert of_leader.open_count == expected
    assert (measure.value, measure.n) == (1, 1)
    with reading(world.engine, WALL) as session, pytest.raises(Refused, match="leader_unknown"):
        cards.leader_card(session, leader + 1, TODAY)


def test_at_a_turn_of_the_quarter_the_old_list_still_holds(engine: Engine) -> None:
    quarter = listings.Quarter.of(TODAY).previous
    with writing(engine, COMMAND_LINE, Action.IMPORT_RUN, "test") as session:
        batch = _batch(session)
        unit = session.execute(
            insert(models.Unit).values(name="u", kind="department").returning(models.Unit.id)
        ).scalar_one()
        row = {"unit_id": unit, "quarter": str(quarter), "state": "listed", "reason": "r", "batch_id": batch}
        session.execute(insert(models.Listing).values(**row))
    with reading(engine, WALL) as session:
        assert listings.quarter_in_force(session, TODAY) == quarter
        assert listings.quarter_in_force(session, quarter.previous.first_day) is None
        measure = figures.network_measures(session, YEAR.since, YEAR.until)[0]
    assert (measure.value, measure.n, measure.since) == (1, 1, quarter.first_day)


def test_the_current_edition_is_the_one_still_valid(world: World) -> None:
    with reading(world.engine, WALL) as session:
        assert city.city(session).editions[Level.TOWN] == world.ids["edition town"]
        assert city.city(session).bounds == pytest.approx((120, 28, 120.16, 28.01))
