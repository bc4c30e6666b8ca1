"""Decisions before the geocoder: what a person said of a text holds, unless coordinates contradict it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from data import models
from data.geocode.placer import Placer
from grid.areas import Level
from grid.datums import Datum
from grid.geocoding.normalise import address_key
from grid.places import Granularity, Place, PlaceMethod, PlaceReason, PlaceRequest, PlaceStatus
from tests.storage.striped_city import add_edition, columns

START, MERGER = date(2020, 1, 1), date(2024, 1, 1)
HERE = {"lon": 120.0512345, "lat": 28.2, "datum": Datum.CGCS2000}
"""In 石桥镇东湖村."""
Ids = dict[str, int]


def decide(session: Session, said: str, area_id: int | None, **more: object) -> int:
    values: dict[str, object] = {
        "address_key": address_key(said), "verdict": "placed" if area_id else "outside",
        "granularity": "village" if area_id else "none", "area_id": area_id, "principal": "test",
    }  # fmt: skip
    statement = insert(models.PlaceDecision).values(**values | more).returning(models.PlaceDecision.id)
    return int(session.execute(statement).scalar_one())


@pytest.fixture(scope="module")
def ids(module_engine: Engine) -> Ids:
    whole, halves, quarters = columns(1)[0], columns(2), columns(4)
    names = ("东湖村", "西山村", "林泉村", "大洋村")
    point = from_shape(shapely.Point(120.15, 28.3), srid=4490)
    with Session(module_engine) as session, session.begin():
        found = add_edition(session, Level.COUNTY, [("C", "云岭县", whole, None)], valid_from=START)
        towns = [("T1", "石桥镇", halves[0], found["C"]), ("T2", "白沙镇", halves[1], found["C"])]
        found |= add_edition(session, Level.TOWN, towns, valid_from=START)
        above = [found["T1"]] * 2 + [found["T2"]] * 2
        villages = [(f"V{i}", names[i], quarters[i], above[i]) for i in range(4)]
        old = add_edition(session, Level.VILLAGE, villages, valid_from=START, valid_to=MERGER)
        # 西山 is gone without a successor; the others go on under new ids.
        later = [one for one in villages if one[0] != "V1"]
        found |= add_edition(session, Level.VILLAGE, later, valid_from=MERGER)
        found |= {f"old {code}": id_ for code, id_ in old.items()}
        found["local"] = decide(session, "老 樟树下", found["V0"])
        found["former"] = decide(session, "大樟树下", old["V2"])
        found["gone"] = decide(session, "石桥镇水井边", old["V1"])
        found["spot"] = decide(session, "石桥老车站", found["T1"], granularity="point", point=point)
        found["astray"] = decide(session, "白沙老车站", found["T2"], granularity="point", point=point)
        found["outside"] = decide(session, "东湖村后山", None)
        found["unplaceable"] = decide(session, "老地方", None, verdict="unplaceable")
        undone = {"undone_at": text("now()"), "undone_by": "test"}
        decide(session, "白沙镇林泉村", found["V0"], **undone)
    return found


@pytest.fixture(scope="module")
def place(module_engine: Engine, ids: Ids) -> Callable[..., Place]:
    with Session(module_engine) as session:
        placer = Placer.load(session)

    def one(address: str, **said: object) -> Place:
        (found,) = placer.place([PlaceRequest(address, **said)])
        return found

    return one


def test_a_decision_places_every_spelling_of_its_text(ids: Ids, place: Callable[..., Place]) -> None:
    for spelt in ("老樟树下", " 老樟树下\u200b", "老\u3000樟樹下"):
        found = place(spelt)
        assert (found.status, found.method, found.decision_id) == (
            PlaceStatus.ACCEPTED, PlaceMethod.DECISION, ids["local"],
        )  # fmt: skip
        assert (found.granularity, found.town_id, found.village_id) == (
            Granularity.VILLAGE, ids["T1"], ids["V0"],
        )  # fmt: skip
        assert (found.lon, found.reasons) == (None, ())
    assert place("老樟树下东").decision_id is None, "another text"


def test_a_decided_point_is_a_point_in_all_areas_that_hold_it(ids: Ids, place: Callable[..., Place]) -> None:
    found = place("石桥老车站", on=START)
    assert (found.granularity, found.lon, found.lat) == (Granularity.POINT, 120.15, 28.3)
    assert (found.town_id, found.village_id) == (ids["T1"], ids["old V1"])
    today = place("石桥老车站")
    assert (today.status, today.town_id, today.village_id) == (PlaceStatus.ACCEPTED, ids["T1"], None)


def test_a_point_that_left_its_area_is_asked_again(place: Callable[..., Place]) -> None:
    found = place("白沙老车站")
    assert (found.status, found.decision_id, found.lon) == (PlaceStatus.REVIEW, None, None)
    assert found.reasons[0] is PlaceReason.AREA_REPLACED


def test_verdicts_without_a_place(ids: Ids, place: Callable[..., Place]) -> None:
    outside = place("东湖村后山")
    assert (outside.status, outside.decision_id) == (PlaceStatus.OUT_OF_AREA, ids["outside"])
    nowhere = place("老地方")
    assert (nowhere.status, nowhere.decision_id) == (PlaceStatus.UNMATCHED, ids["unplaceable"])
    for found in (outside, nowhere):
        assert (found.granularity, found.method) == (Granularity.NONE, PlaceMethod.DECISION)
        assert found.finest_area_id is None


def test_an_undone_decision_is_none(ids: Ids, place: Callable[..., Place]) -> None:
    found = place("白沙镇林泉村")
    assert (found.method, found.village_id, found.decision_id) == (PlaceMethod.ADDRESS, ids["V2"], None)


def test_a_decision_follows_its_area_by_code_and_name(ids: Ids, place: Callable[..., Place]) -> None:
    assert place("大樟树下").village_id == ids["V2"]
    assert place("大樟树下", on=START).village_id == ids["old V2"]
    assert place("老樟树下", on=START).village_id == ids["old V0"]


def test_a_decision_on_an_area_that_is_gone_goes_to_review(ids: Ids, place: Callable[..., Place]) -> None:
    gone = place("石桥镇水井边")
    assert (gone.status, gone.reasons[0]) == (PlaceStatus.REVIEW, PlaceReason.AREA_REPLACED)
    assert (gone.town_id, gone.village_id, gone.decision_id) == (ids["T1"], None, None)
    assert place("石桥镇水井边", on=START).decision_id == ids["gone"]


def test_coordinates_win_and_a_person_looks_where_the_town_differs(
    ids: Ids, place: Callable[..., Place]
) -> None:
    same = place("老樟树下", **HERE)
    assert (same.status, same.method, same.lon) == (
        PlaceStatus.ACCEPTED,
        PlaceMethod.COORDINATES,
        HERE["lon"],
    )
    for said in ("大樟树下", "东湖村后山"):
        other = place(said, **HERE)
        assert (other.status, other.reasons) == (PlaceStatus.REVIEW, (PlaceReason.ADDRESS_DISAGREES,))
        assert (other.village_id, other.lon) == (ids["V0"], HERE["lon"])
    assert place("老地方", **HERE).status is PlaceStatus.ACCEPTED
    away = place("老樟树下", lon=121.4737, lat=31.2304, datum=Datum.CGCS2000)
    assert (away.status, away.reasons[0]) == (PlaceStatus.REVIEW, PlaceReason.COORDINATE_OUTSIDE)


def test_a_decision_settles_what_codes_and_useless_coordinates_doubted(
    ids: Ids, place: Callable[..., Place]
) -> None:
    """Else the same text would come back to the queue for ever."""
    for more in ({"code": "V3"}, {"code": "nonsense"}, {"lon": 0.0, "lat": 0.0}, {"lon": 120.1}):
        found = place("老樟树下", **more)
        assert (found.status, found.decision_id) == (PlaceStatus.ACCEPTED, ids["local"])
    assert place("老地方", code="V3").status is PlaceStatus.UNMATCHED
