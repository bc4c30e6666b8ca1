"""The geocoder's rules on a city small enough to know by heart: what is accepted, and what never is."""

from __future__ import annotations

import pytest

from grid.areas import Area, AreaKind, Level
from grid.geocoding.doors import Door
from grid.geocoding.gazetteer import Gazetteer, build_gazetteer
from grid.geocoding.geocoder import Answer, geocode
from grid.geocoding.names import NamedPlace, NameKind, Parity
from grid.places import Granularity, PlaceReason, PlaceStatus

TREE = {
    "枫溪市": {
        "云岭县": {
            "石桥镇": {"东湖村": {}, "西山村": {}, "石桥村": {}, "新安社区": {"第1网格": {}, "第2网格": {}}},
            "白沙镇": {"西山村": {}, "林泉村": {"第1网格": {}}, "大洋村": {}, "张村村": {}, "李岙村": {}},
        },
        "临江区": {"滨江街道": {"锦绣社区": {}, "东街社区": {}}, "石桥乡": {"和平村": {}}},
    }
}
LEVELS = (Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID)


def plant(tree: dict, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Paths of all areas of a tree of names, parents first."""
    return [
        branch for name, below in tree.items() for branch in ((*path, name), *plant(below, (*path, name)))
    ]


PATHS = plant(TREE)
IDS = {"/".join(path): number for number, path in enumerate(PATHS, start=2)}


def area(path: tuple[str, ...]) -> Area:
    """An area of the tree; its code is its path."""
    code, parent = "/".join(path), IDS.get("/".join(path[:-1]))
    level = LEVELS[len(path) - 1]
    return Area(IDS[code], level, AreaKind.REGULAR, code, path[-1], "T", "1", parent, None, 1.0, 120.0, 28.0)


ZONE = Area(
    1, Level.COUNTY, AreaKind.FUNCTIONAL, "Z", "枫溪经济开发区", "T", "1", None, None, 1.0, 120.0, 28.0
)
AREAS = [*map(area, PATHS), ZONE]
CODES = {known.id: known.code for known in AREAS}
STONE = "枫溪市/云岭县/石桥镇"
SAND = "枫溪市/云岭县/白沙镇"
RIVER = "枫溪市/临江区/滨江街道"


def road(
    name: str, code: str, low: int | None = None, high: int | None = None, side: str = "all"
) -> NamedPlace:
    return NamedPlace(NameKind.ROAD, name, IDS[code], low, high, Parity(side))


PLACES = [
    road("滨河路", f"{STONE}/东湖村", 1, 99),
    road("滨河路", f"{STONE}/西山村", 100, 199),
    road("锦江大道", f"{RIVER}/锦绣社区", 1, 300, "odd"),
    road("锦江大道", f"{RIVER}/东街社区", 2, 300, "even"),
    road("人民路", f"{SAND}/林泉村", 1, 99),
    road("人民路", f"{RIVER}/锦绣社区", 1, 99),
    road("东街", f"{RIVER}/东街社区"),
    NamedPlace(NameKind.ESTATE, "翡翠花园", IDS[f"{STONE}/新安社区/第2网格"], lon=120.1, lat=28.1),
    NamedPlace(NameKind.ESTATE, "无点小区", IDS[f"{STONE}/新安社区"]),
    NamedPlace(NameKind.POI, "云岭农贸市场", IDS[f"{SAND}/林泉村"], lon=120.2, lat=28.2),
    NamedPlace(NameKind.ESTATE, "翡翠花园二期", IDS[f"{STONE}/新安社区/第1网格"], lon=120.15, lat=28.15),
    NamedPlace(NameKind.ALIAS, "老鹰嘴", IDS[f"{SAND}/大洋村"]),
    NamedPlace(NameKind.ALIAS, "沙头公社", IDS[SAND]),
    NamedPlace(NameKind.ALIAS, "已撤销的村", 999_999_999_999),
]


DOORS = [
    Door("浙江省枫溪市云岭县石桥镇东湖村滨河路8号", IDS[f"{STONE}/东湖村"], 120.3, 28.3),
    Door("滨河路10号1幢", IDS[f"{STONE}/东湖村"], 120.31, 28.31),
    Door("滨河路10号2幢", IDS[f"{STONE}/东湖村"], 120.32, 28.32),
    Door("云岭县白沙镇林泉村15号", IDS[f"{SAND}/林泉村/第1网格"], 120.33, 28.33),
    Door("人民路8号", IDS[f"{SAND}/林泉村"], 120.34, 28.34),
    Door("人民路8号", IDS[f"{RIVER}/锦绣社区"], 120.35, 28.35),
    Door("人民路9号", IDS[f"{SAND}/林泉村"], 120.36, 28.36),
    Door("人民路9号", IDS[f"{SAND}/林泉村"], 120.37, 28.37),
    Door("无点路1号", IDS[f"{SAND}/林泉村"], float("nan"), float("nan")),
    Door("无处路1号", 999_999, 120.0, 28.0),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return build_gazetteer(AREAS, PLACES, DOORS)


def where(answer: Answer) -> str | None:
    return None if answer.area_id is None else CODES[answer.area_id]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("枫溪市云岭县石桥镇东湖村", f"{STONE}/东湖村"),
        ("浙江省枫溪市云岭县石桥镇东湖村12号", f"{STONE}/东湖村"),
        ("云岭县石桥镇西山村", f"{STONE}/西山村"),
        ("白沙镇西山村3组", f"{SAND}/西山村"),
        ("石桥镇石桥村", f"{STONE}/石桥村"),
        ("石桥镇石桥村委会旁", f"{STONE}/石桥村"),
        ("云岭石桥东湖", f"{STONE}/东湖村"),
        ("云岭县石桥镇", STONE),
        ("云岭县", "枫溪市/云岭县"),
        ("临江区石桥乡和平村", "枫溪市/临江区/石桥乡/和平村"),
        ("石桥镇新安社区第二网格", f"{STONE}/新安社区/第2网格"),
        ("石桥镇第1网格", f"{STONE}/新安社区/第1网格"),
        ("石桥镇新安社区02网格", f"{STONE}/新安社区/第2网格"),
        ("石桥镇滨河路128号", f"{STONE}/西山村"),
        ("滨河路十二号", f"{STONE}/东湖村"),
        ("滨河路12-3号", f"{STONE}/东湖村"),
        ("滨江街道锦江大道11号", f"{RIVER}/锦绣社区"),
        ("滨江街道锦江大道12号", f"{RIVER}/东街社区"),
        ("白沙镇人民路18号", f"{SAND}/林泉村"),
        ("白沙镇人民路9号", f"{SAND}/林泉村"),
        ("白沙镇无点路1号", f"{SAND}/林泉村"),
        ("白沙镇张村", f"{SAND}/张村村"),
        ("白沙镇张村村", f"{SAND}/张村村"),
        ("白沙镇张村村村委会", f"{SAND}/张村村"),
        ("白沙镇张村村村民委员会办公楼", f"{SAND}/张村村"),
        ("白沙镇李奥村", f"{SAND}/李岙村"),
        ("白沙鎮李嶴村", f"{SAND}/李岙村"),
        ("白沙镇大垟村", f"{SAND}/大洋村"),
        ("云岭县沙头公社大洋村", f"{SAND}/大洋村"),
        ("沙头公社", SAND),
        ("市民来电反映，石桥镇东湖村３组夜间施工，请求解决", f"{STONE}/东湖村"),
        ("我们小区在石桥镇新安社区，要求加装路灯", f"{STONE}/新安社区"),
        ("石桥镇东湖村、石桥镇东湖村3组", f"{STONE}/东湖村"),
        ("滨江街道东街社区", f"{RIVER}/东街社区"),
        ("白沙镇老鹰嘴", f"{SAND}/大洋村"),
        ("石 桥\u200b镇\u00a0东湖村", f"{STONE}/东湖村"),
        ("雲嶺縣石橋鎮東湖村", f"{STONE}/东湖村"),
        ("石桥镇东湖村上岙自然村", f"{STONE}/东湖村"),
        ("反映石桥镇东湖村道路破损问题", f"{STONE}/东湖村"),
        ("石桥镇东湖村村委会", f"{STONE}/东湖村"),
        ("石桥镇政府", STONE),
    ],
)  # fmt: skip
def test_clear_addresses_are_accepted(gazetteer: Gazetteer, text: str, code: str) -> None:
    answer = geocode(gazetteer, text)
    assert (answer.status, where(answer), answer.place) == (PlaceStatus.ACCEPTED, code, None)
    assert answer.granularity.value == LEVELS[code.count("/")].value


@pytest.mark.parametrize(
    ("text", "reason", "code"),
    [
        ("云岭县白沙镇东湖村", PlaceReason.NAMES_CONTRADICT, "枫溪市/云岭县"),
        ("临江区石桥镇东湖村", PlaceReason.NAMES_CONTRADICT, "枫溪市"),
        ("白沙镇滨河路12号", PlaceReason.NAMES_CONTRADICT, "枫溪市/云岭县"),
        ("石桥镇西山村滨河路12号", PlaceReason.NAMES_CONTRADICT, STONE),
        ("石桥镇翡翠花园三期8幢", PlaceReason.UNKNOWN_NAME, f"{STONE}/新安社区/第2网格"),
        ("滨河路8号；人民路18号", PlaceReason.NAMES_CONTRADICT, None),
        ("石桥镇东湖村\n临江区石桥乡和平村", PlaceReason.NAMES_CONTRADICT, None),
        ("滨江街道滨河路8号", PlaceReason.NAMES_CONTRADICT, "枫溪市"),
        ("石桥镇东湖村、白沙镇大洋村", PlaceReason.NAMES_CONTRADICT, "枫溪市/云岭县"),
        ("白沙东湖村", PlaceReason.NAMES_CONTRADICT, "枫溪市/云岭县"),
        ("白沙镇翡翠花园3幢", PlaceReason.NAMES_CONTRADICT, "枫溪市/云岭县"),
        ("云岭县西山村", PlaceReason.RIVALS, "枫溪市/云岭县"),
        ("人民路8号", PlaceReason.RIVALS, "枫溪市"),
        ("云岭县第1网格", PlaceReason.RIVALS, "枫溪市/云岭县"),
        ("石桥镇东胡村", PlaceReason.SIMILAR_NAME, STONE),
        ("石桥镇东湘村", PlaceReason.SIMILAR_NAME, STONE),
        ("云岭县石乔镇东湖村", PlaceReason.SIMILAR_NAME, "枫溪市/云岭县"),
        ("石桥镇东胡", PlaceReason.SIMILAR_NAME, STONE),
        ("石桥镇大东湖村", PlaceReason.UNKNOWN_NAME, None),
        ("石桥镇南岗村", PlaceReason.UNKNOWN_NAME, STONE),
        ("石桥镇中山路9号", PlaceReason.UNKNOWN_NAME, STONE),
        ("石桥镇长虹路9号", PlaceReason.UNKNOWN_NAME, STONE),
        ("云岭县黑水镇东湖村", PlaceReason.UNKNOWN_NAME, "枫溪市/云岭县"),
        ("石桥镇幸福里8幢", PlaceReason.UNKNOWN_NAME, STONE),
        ("石桥镇滨河路888号", PlaceReason.NUMBER_OUT_OF_RANGE, STONE),
        ("滨江街道东街与锦江大道交叉口", PlaceReason.CROSSING, f"{RIVER}/东街社区"),
        ("枫溪经济开发区创业园", PlaceReason.FUNCTIONAL_AREA_ONLY, None),
        ("东湖", PlaceReason.SHORT_NAME_ONLY, f"{STONE}/东湖村"),
        ("石桥", PlaceReason.RIVALS, "枫溪市"),
        ("枫西市石桥镇东湖村", PlaceReason.SIMILAR_NAME, None),
        ("枫西市滨河路12号", PlaceReason.SIMILAR_NAME, None),
        ("杭州市云岭县石桥镇东湖村", PlaceReason.OTHER_CITY_NAMED, None),
        ("枫溪市石乔镇", PlaceReason.SIMILAR_NAME, None),
    ],
)  # fmt: skip
def test_doubtful_addresses_go_to_review_at_most_to_what_is_certain(
    gazetteer: Gazetteer, text: str, reason: PlaceReason, code: str | None
) -> None:
    answer = geocode(gazetteer, text)
    assert answer.status is PlaceStatus.REVIEW
    assert reason in answer.reasons
    assert answer.place is None
    if code is not None:
        assert where(answer) == code


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("", PlaceStatus.UNMATCHED, PlaceReason.ADDRESS_MISSING),
        ("  \u3000\ufeff", PlaceStatus.UNMATCHED, PlaceReason.ADDRESS_MISSING),
        ("不详", PlaceStatus.UNMATCHED, PlaceReason.ADDRESS_MISSING),
        ("无", PlaceStatus.UNMATCHED, PlaceReason.ADDRESS_MISSING),
        ("／", PlaceStatus.UNMATCHED, PlaceReason.ADDRESS_MISSING),
        ("同上", PlaceStatus.UNMATCHED, PlaceReason.ADDRESS_REFERS_ELSEWHERE),
        ("枫溪市", PlaceStatus.UNMATCHED, PlaceReason.ONLY_CITY_NAMED),
        ("关于工资的事", PlaceStatus.UNMATCHED, PlaceReason.NOTHING_RECOGNISED),
        ("黑水县", PlaceStatus.UNMATCHED, PlaceReason.UNKNOWN_NAME),
        ("浙江省杭州市西湖区文三路12号", PlaceStatus.OUT_OF_AREA, PlaceReason.OTHER_CITY_NAMED),
        ("宁波市北塘县石乔镇东胡村", PlaceStatus.OUT_OF_AREA, PlaceReason.OTHER_CITY_NAMED),
        ("宁波市中山路6号", PlaceStatus.OUT_OF_AREA, PlaceReason.OTHER_CITY_NAMED),
        ("外省务工地点", PlaceStatus.OUT_OF_AREA, PlaceReason.OTHER_CITY_NAMED),
        ("去市里上访", PlaceStatus.UNMATCHED, PlaceReason.NOTHING_RECOGNISED),
        ("我们城市中心", PlaceStatus.UNMATCHED, PlaceReason.NOTHING_RECOGNISED),
        ("宁波市滨河路12号", PlaceStatus.OUT_OF_AREA, PlaceReason.OTHER_CITY_NAMED),
    ],
)
def test_what_cannot_be_placed_says_why(
    gazetteer: Gazetteer, text: str, status: PlaceStatus, reason: PlaceReason
) -> None:
    answer = geocode(gazetteer, text)
    assert (answer.status, answer.reasons) == (status, (reason,))
    assert (answer.area_id, answer.granularity) == (None, Granularity.NONE)


def test_only_an_entry_that_is_a_point_gives_a_point(gazetteer: Gazetteer) -> None:
    estate = geocode(gazetteer, "石桥镇翡翠花园3幢2单元")
    assert (estate.granularity, where(estate)) == (Granularity.BUILDING, f"{STONE}/新安社区/第2网格")
    assert estate.place is not None
    assert (estate.place.lon, estate.place.lat) == (120.1, 28.1)
    market = geocode(gazetteer, "云岭县白沙镇云岭农贸市场")
    assert (market.granularity, where(market)) == (Granularity.POINT, f"{SAND}/林泉村")
    pointless = geocode(gazetteer, "石桥镇无点小区")
    assert (pointless.granularity, pointless.place) == (Granularity.VILLAGE, None)


@pytest.mark.parametrize(
    ("text", "code", "point"),
    [
        ("石桥镇滨河路8号", f"{STONE}/东湖村", (120.3, 28.3)),
        ("滨河路八号3楼", f"{STONE}/东湖村", (120.3, 28.3)),
        ("石桥镇滨河路10号2幢3单元501室", f"{STONE}/东湖村", (120.32, 28.32)),
        ("云岭县白沙镇林泉村15号", f"{SAND}/林泉村/第1网格", (120.33, 28.33)),
        ("白沙镇人民路8号", f"{SAND}/林泉村", (120.34, 28.34)),
        ("临江区人民路8号", f"{RIVER}/锦绣社区", (120.35, 28.35)),
        ("石桥镇翡翠花园二期3幢", f"{STONE}/新安社区/第1网格", (120.15, 28.15)),
    ],
)
def test_a_door_that_is_known_is_found_at_its_point(
    gazetteer: Gazetteer, text: str, code: str, point: tuple[float, float]
) -> None:
    answer = geocode(gazetteer, text)
    assert (answer.status, answer.granularity) == (PlaceStatus.ACCEPTED, Granularity.BUILDING)
    assert where(answer) == code
    assert answer.place is not None
    assert (answer.place.lon, answer.place.lat) == point


@pytest.mark.parametrize(
    "text",
    [
        "石桥镇滨河路10号",
        "石桥镇滨河路18号",
        "石桥镇滨河路10号3幢",
        "石桥镇滨河路8号对面",
        "白沙镇人民路9号",
        "白沙镇林泉村5号",
    ],
)
def test_another_door_or_one_at_two_places_gives_no_point(gazetteer: Gazetteer, text: str) -> None:
    answer = geocode(gazetteer, text)
    assert (answer.status, answer.place) == (PlaceStatus.ACCEPTED, None)
    assert answer.granularity is Granularity.VILLAGE


def test_a_door_of_two_counties_needs_one_of_them(gazetteer: Gazetteer) -> None:
    answer = geocode(gazetteer, "人民路8号")
    assert (answer.status, answer.place) == (PlaceStatus.REVIEW, None)
    assert PlaceReason.RIVALS in answer.reasons


def test_beside_a_point_is_not_at_it(gazetteer: Gazetteer) -> None:
    answer = geocode(gazetteer, "石桥镇翡翠花园对面")
    assert (answer.status, answer.granularity, answer.place) == (PlaceStatus.ACCEPTED, Granularity.GRID, None)
    assert answer.reasons == (PlaceReason.NEAR_ONLY,)


def test_a_road_without_number_is_known_to_what_all_of_it_shares(gazetteer: Gazetteer) -> None:
    answer = geocode(gazetteer, "石桥镇滨河路")
    assert (answer.status, where(answer)) == (PlaceStatus.ACCEPTED, STONE)
    assert answer.reasons == (PlaceReason.ROAD_WITHOUT_NUMBER,)
    named = geocode(gazetteer, "石桥镇东湖村滨河路")
    assert (named.status, where(named), named.reasons) == (PlaceStatus.ACCEPTED, f"{STONE}/东湖村", ())


def test_a_distance_is_no_house_number(gazetteer: Gazetteer) -> None:
    assert geocode(gazetteer, "石桥镇滨河路120米").reasons[0] is PlaceReason.ROAD_WITHOUT_NUMBER


def test_a_short_name_before_road_is_a_road(gazetteer: Gazetteer) -> None:
    answer = geocode(gazetteer, "石桥镇东湖路12号")
    assert answer.status is PlaceStatus.REVIEW
    assert where(answer) == STONE, "东湖 of 东湖路 is not the village 东湖"


def test_review_names_its_candidates(gazetteer: Gazetteer) -> None:
    fuzzy = geocode(gazetteer, "石桥镇东胡村")
    assert [CODES[area_id] for area_id in fuzzy.candidates] == [f"{STONE}/东湖村"]
    rivals = geocode(gazetteer, "云岭县西山村")
    assert {CODES[area_id] for area_id in rivals.candidates} == {f"{STONE}/西山村", f"{SAND}/西山村"}


def test_similar_names_are_sought_only_inside_the_known_parent(gazetteer: Gazetteer) -> None:
    assert geocode(gazetteer, "白沙镇东胡村").candidates == (), "东湖村 lies in another town"


def test_a_city_of_counties_alone_and_an_empty_one() -> None:
    counties = build_gazetteer([known for known in AREAS if known.level is Level.COUNTY], [])
    answer = geocode(counties, "云岭县")
    assert (answer.status, answer.granularity) == (PlaceStatus.ACCEPTED, Granularity.COUNTY)
    assert geocode(build_gazetteer([], []), "云岭县").status is PlaceStatus.UNMATCHED
