"""Areas valid on the matter's day: the placer against a plain join by day, and names of that time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from data import models
from data.geocode.placer import Placer
from grid.areas import Level
from grid.datums import Datum
from grid.places import Granularity, Place, PlaceReason, PlaceRequest, PlaceStatus
from tests.storage.striped_city import EAST, NORTH, SOUTH, WEST, add_edition, columns

START, MERGER, REDRAWN = date(2020, 1, 1), date(2022, 7, 1), date(2024, 3, 1)


@dataclass(frozen=True)
class History:
    """A city whose villages merged and whose grids were redrawn: ids by name of the edition and code."""

    engine: Engine
    ids: dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def history(module_engine: Engine) -> History:
    whole, halves, quarters, eighths = columns(1)[0], columns(2), columns(4), columns(8)
    with Session(module_engine) as session, session.begin():
        county = add_edition(session, Level.COUNTY, [("C", "云岭县", whole, None)], valid_from=START)["C"]
        towns = add_edition(
            session, Level.TOWN,
            [("T1", "石桥镇", halves[0], county), ("T2", "白沙镇", halves[1], county)], valid_from=START,
        )  # fmt: skip
        names = ("东湖村", "西山村", "林泉村", "大洋村")
        above = (towns["T1"], towns["T1"], towns["T2"], towns["T2"])
        old = add_edition(
            session, Level.VILLAGE,
            [(f"V{i}", names[i], quarters[i], above[i]) for i in range(4)],
            valid_from=START, valid_to=MERGER,
        )  # fmt: skip
        # 东湖 and 西山 become one; 林泉 keeps code and name, 大洋 its code only.
        new = add_edition(
            session, Level.VILLAGE,
            [("V9", "湖山村", halves[0], towns["T1"]), ("V2", "林泉村", quarters[2], towns["T2"]),
             ("V3", "新洋村", quarters[3], towns["T2"])],
            valid_from=MERGER,
        )  # fmt: skip
        of_new = [new["V9"]] * 4 + [new["V2"]] * 2 + [new["V3"]] * 2
        first_grids = add_edition(
            session, Level.GRID,
            [(f"G{i}", f"第{i % 2 + 1}网格", eighths[i], of_new[i]) for i in range(8)],
            valid_from=date(2021, 1, 1), valid_to=REDRAWN,
        )  # fmt: skip
        grids = add_edition(
            session, Level.GRID,
            [(f"G{i}", f"第{i + 1}网格", quarters[i], of_new[2 * i]) for i in range(4)], valid_from=REDRAWN,
        )  # fmt: skip
        # Closed on the day it began: a mistake that was corrected, valid on no day.
        add_edition(session, Level.TOWN, [("T7", "错镇", whole, county)], valid_from=MERGER, valid_to=MERGER)
        add_names(session, {"old": old, "new": new})
    sets = {
        "county": {"C": county},
        "town": towns,
        "old": old,
        "new": new,
        "first": first_grids,
        "grid": grids,
    }
    return History(
        module_engine, {(label, code): id_ for label, ids in sets.items() for code, id_ in ids.items()}
    )


def add_names(session: Session, villages: dict[str, dict[str, int]]) -> None:
    batch = session.execute(text("SELECT min(id) FROM import_batch")).scalar_one()
    point = from_shape(shapely.Point(120.25, 28.2), srid=4490)
    entries = [
        {"kind": "alias", "name": "林泉大队", "area_id": villages["old"]["V2"]},
        {"kind": "alias", "name": "东湖大队", "area_id": villages["old"]["V0"]},
        {
            "kind": "road",
            "name": "滨河路",
            "area_id": villages["new"]["V9"],
            "number_from": 1,
            "number_to": 9,
        },
        {"kind": "address", "name": "林泉村8号", "area_id": villages["old"]["V2"], "point": point},
    ]
    for entry in entries:
        session.execute(insert(models.GazetteerEntry).values(batch_id=batch, **entry))


@pytest.fixture(scope="module")
def placer(history: History) -> Placer:
    with Session(history.engine) as session:
        return Placer.load(session)


@pytest.fixture(scope="module")
def place(placer: Placer) -> Callable[..., Place]:
    def one(address: str, on: date | None = None, **said: object) -> Place:
        (found,) = placer.place([PlaceRequest(address, on=on, **said)])
        return found

    return one


ORACLE = text(
    "WITH first AS (SELECT level, min(valid_from) AS day FROM area"
    "  WHERE valid_to IS NULL OR valid_to > valid_from GROUP BY level) "
    "SELECT p.n, a.level, min(a.id) "
    "FROM unnest(:lon ::float8[], :lat ::float8[], :day ::date[]) WITH ORDINALITY AS p(lon, lat, day, n) "
    "JOIN area a ON ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4490)) JOIN first USING (level) "
    "WHERE a.valid_from <= greatest(p.day, first.day)"
    " AND (a.valid_to IS NULL OR a.valid_to > greatest(p.day, first.day)) GROUP BY 1, 2"
)


def test_points_lie_in_the_areas_of_their_day_as_a_join_says(history: History, placer: Placer) -> None:
    rng = Random(4)
    lon = [rng.uniform(WEST, EAST) for _ in range(2000)]
    lat = [rng.uniform(SOUTH, NORTH) for _ in range(2000)]
    turns = [day + timedelta(days=off) for day in (START, MERGER, REDRAWN) for off in (-1, 0, 1)]
    days = [
        rng.choice(turns) if rng.random() < 0.5 else START + timedelta(days=rng.randint(-900, 2000))
        for _ in lon
    ]
    requests = [
        PlaceRequest("", x, y, Datum.CGCS2000, on=day) for x, y, day in zip(lon, lat, days, strict=True)
    ]
    found = placer.place(requests)
    with Session(history.engine) as session:
        rows = session.execute(ORACLE, {"lon": lon, "lat": lat, "day": days}).all()
    truth = {(number - 1, level): area for number, level, area in rows}
    for row, answer in enumerate(found):
        ids = (answer.county_id, answer.town_id, answer.village_id, answer.grid_id)
        assert ids == tuple(truth.get((row, level)) for level in ("county", "town", "village", "grid"))
        assert answer.status is PlaceStatus.ACCEPTED
    assert len({ids[2] for ids in ((a.county_id, a.town_id, a.village_id) for a in found)}) == 7
    alone = [placer.place([request])[0] for request in requests[:200]]
    assert found[:200] == alone, "in any company alike"


def test_addresses_use_the_names_of_their_time(history: History, place: Callable[..., Place]) -> None:
    before, after = MERGER - timedelta(days=1), MERGER
    old = place("云岭县石桥镇东湖村", before)
    assert (old.status, old.village_id) == (PlaceStatus.ACCEPTED, history.ids["old", "V0"])
    assert place("石桥镇东湖村", date(1990, 1, 1)).village_id == history.ids["old", "V0"], (
        "the earliest edition"
    )
    gone = place("云岭县石桥镇东湖村", after)
    assert (gone.status, gone.village_id) == (PlaceStatus.REVIEW, None)
    assert PlaceReason.UNKNOWN_NAME in gone.reasons
    assert place("石桥镇湖山村").village_id == history.ids["new", "V9"]
    assert place("石桥镇湖山村", before).status is PlaceStatus.REVIEW, "a name that was not yet"
    assert place("", before, code="V3").village_id == history.ids["old", "V3"]
    assert place("", after, code="V3").village_id == history.ids["new", "V3"]
    assert place("错镇", MERGER).status is PlaceStatus.UNMATCHED


def test_aliases_and_doors_follow_code_and_name(history: History, place: Callable[..., Place]) -> None:
    assert place("林泉大队", MERGER).village_id == history.ids["new", "V2"]
    assert place("林泉大队", START).village_id == history.ids["old", "V2"]
    assert place("石桥镇东湖大队", START).village_id == history.ids["old", "V0"]
    assert place("石桥镇东湖大队", MERGER).village_id is None, "nothing follows it"
    assert place("石桥镇滨河路8号").village_id == history.ids["new", "V9"]
    assert place("石桥镇滨河路8号", START).village_id is None, "its range was measured in the later village"
    for day, edition in ((START, "old"), (None, "new")):
        door = place("白沙镇林泉村8号", day)
        assert (door.granularity, door.village_id) == (Granularity.BUILDING, history.ids[edition, "V2"])
        assert (door.lon, door.lat) == pytest.approx((120.25, 28.2))


def test_a_parent_of_another_time_is_found_where_the_child_lies(
    history: History, place: Callable[..., Place]
) -> None:
    """The first grids hang on villages that came after them, as a new edition takes children over."""
    grid = place("石桥镇西山村第2网格", date(2021, 6, 1))
    assert (grid.status, grid.village_id) == (PlaceStatus.ACCEPTED, history.ids["old", "V1"])
    assert grid.grid_id == history.ids["first", "G3"]
    point = place("", date(2021, 6, 1), lon=120.1234567, lat=28.2, datum=Datum.CGCS2000)
    assert (point.village_id, point.grid_id) == (history.ids["old", "V1"], history.ids["first", "G2"])


def test_a_point_just_outside_is_asked_about_and_not_dropped(
    history: History, place: Callable[..., Place]
) -> None:
    north_m = 1 / 111_195
    near = place("", lon=120.1234567, lat=NORTH + 30 * north_m, datum=Datum.CGCS2000)
    assert (near.status, near.reasons) == (PlaceStatus.REVIEW, (PlaceReason.COORDINATE_JUST_OUTSIDE,))
    assert near.lat == pytest.approx(NORTH + 30 * north_m)
    assert (near.village_id, near.candidates) == (history.ids["new", "V9"], (history.ids["grid", "G1"],))
    east_m = 1 / 111_195 / 0.88
    side = place("石桥镇", lon=WEST - 45 * east_m, lat=28.2123456, datum=Datum.CGCS2000)
    assert (side.status, side.town_id) == (PlaceStatus.REVIEW, history.ids["town", "T1"])
    for off in (60, 500):
        far = place("", lon=120.1234567, lat=NORTH + off * north_m, datum=Datum.CGCS2000)
        assert (far.status, far.lon) == (PlaceStatus.OUT_OF_AREA, None)
