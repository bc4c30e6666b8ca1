"""Who answers: the coverage annex in the shape of an official one, and four quarters of listed units.

Every name of a person is invented. The annex repeats the oddities of a real one (ten areas with 222 matters
and four departments with 15, two units of 44; a merged cell, a blank cell, a post without a name, a row of
free text), so that its import is tried on all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from data.demo.city import City
from data.demo.terrain import Metres
from data.export.rows import Annex, AnnexRow, ListingRow, PetitionRow
from grid.areas import Level
from grid.listings import ListingState, Quarter
from grid.matters import Category

_ANNEX_ROWS = (
    AnnexRow("沈砚舟", "市委书记", "临枫区", 44),
    AnnexRow("陆知遥", "市委副书记、市长", "砚湖区", 44),
    AnnexRow("顾廷岚", "市人大常委会主任", "澜港区", 27),
    AnnexRow("秦望舒", "市政协主席", "青屿市", 24),
    AnnexRow("闻景行", "市委副书记", "云栎市", 21),
    AnnexRow("叶澄远", "市委常委、常务副市长", "望澜县", 18),
    AnnexRow("市委政法委书记", None, "松漈县", 16, "新任领导待定"),
    AnnexRow("祁云起", "市委常委、组织部部长", "岚泉县", 12),
    AnnexRow(None, None, "竹坞县", 9),
    AnnexRow("乔若川", "市委常委、枫港经济开发区党工委书记", "枫港经济开发区", 7, "功能区，跨两个区"),
    AnnexRow("乔若川", "市委常委、枫港经济开发区党工委书记", "市人力资源和社会保障局", 4, same_leader=True),
    AnnexRow("温予安", "副市长", "市住房和城乡建设局", 6),
    AnnexRow("荀嘉树", "副市长", "市自然资源和规划局", 3),
    AnnexRow("简书宁", "副市长", "市教育局", 2),
    AnnexRow("卓明澈", "市政府党组成员", "其他跨区域、跨部门疑难复杂信访积案", None, "按实际情况另行明确"),
)
_TITLE = "枫溪市市领导包片化解信访积案安排表（共237件）"
_NOTES = ("说明：1. 积案数以市信访工作联席会议办公室交办数为准；2. 演示数据，地名、人名均为虚构。",)
_APPROVER = "市信访工作联席会议召集人"
_QUARTERS = 4
_LISTED_COUNTIES, _LISTED_TOWNS = 4, 11
_LISTED_DEPARTMENTS = ("市住房和城乡建设局", "市自然资源和规划局")
_COURSES = (
    (None, None, ListingState.PROPOSED, ListingState.LISTED),
    (ListingState.PROPOSED, ListingState.LISTED, ListingState.RECTIFYING, ListingState.DELISTED),
    (None, ListingState.PROPOSED, ListingState.LISTED, ListingState.RECTIFYING),
    (ListingState.LISTED, ListingState.RECTIFYING, ListingState.RECTIFYING, ListingState.RECTIFYING),
    (None, None, None, ListingState.PROPOSED),
    (ListingState.RECTIFYING, ListingState.DELISTED, None, None),
    (None, ListingState.LISTED, ListingState.RECTIFYING, ListingState.RECTIFYING),
    (None, None, ListingState.LISTED, ListingState.RECTIFYING),
)
"""What becomes of a unit over the four quarters; units take these in turn."""
_LIFT = {ListingState.RECTIFYING: 4.0, ListingState.DELISTED: 18.0}
"""Points by which a unit's score is better once it mends its ways."""
_TROUBLES = {
    Category.CONSTRUCTION: "房地产项目停工交付问题集中",
    Category.LABOUR: "欠薪问题反复发生",
    Category.LAND: "征地补偿积案化解缓慢",
    Category.RURAL: "村集体资产管理问题突出",
    Category.ENVIRONMENT: "企业异味和扬尘投诉高发",
    Category.EDUCATION: "学位供给矛盾集中",
    Category.HEALTH: "医疗纠纷处置不及时",
    Category.TRANSPORT: "道路施工扰民投诉集中",
    Category.CIVIL: "移民后期扶持政策落实不到位",
    Category.MARKET: "预付消费纠纷集中",
    Category.LEGAL: "涉众型经济案件善后缓慢",
    Category.OTHER: "重复信访率偏高",
}
_OUTCOMES = {
    ListingState.PROPOSED: "，拟挂牌整治",
    ListingState.LISTED: "，按期办结率低于全市平均",
    ListingState.RECTIFYING: "，正在按方案整治",
    ListingState.DELISTED: "，整治达标，予以摘牌",
}


def make_annex() -> Annex:
    """Return the coverage annex."""
    return Annex(_TITLE, _NOTES, _ANNEX_ROWS)


def make_listings(
    city: City, petitions: list[PetitionRow], until: date, rng: np.random.Generator
) -> list[ListingRow]:
    """Return the listings of the four quarters that end with that of ``until``; rank 1 is the worst."""
    units = _troubled_units(city, petitions)
    courses = [_COURSES[number % len(_COURSES)] for number in range(len(units))]
    base = np.linspace(58, 78, len(units)) + rng.normal(0, 1.5, len(units))
    rows: list[ListingRow] = []
    for place, quarter in enumerate(_quarters_to(until)):
        scores = base + rng.normal(0, 3, len(units)) + _lifts(courses, place)
        listed = [
            _listing(unit, course[: place + 1], quarter, until, round(float(np.clip(score, 40, 96)), 1))
            for unit, course, score in zip(units, courses, scores, strict=True)
            if course[place] is not None
        ]
        worst_first = sorted(listed, key=lambda row: (row.score, row.unit))
        rows += [replace(row, rank=rank) for rank, row in enumerate(worst_first, start=1)]
    return rows


_Unit = tuple[str, str | None, Level | None, Category]
"""Name, code and level (none for a department), and what troubles it."""


def _lifts(courses: Sequence[Sequence[ListingState | None]], place: int) -> Metres:
    return np.array([_LIFT.get(course[place] or ListingState.PROPOSED, 0.0) for course in courses])


def _quarters_to(until: date) -> list[Quarter]:
    quarters = [Quarter.of(until)]
    while len(quarters) < _QUARTERS:
        quarters.insert(0, quarters[0].previous)
    return quarters


def _listing(
    unit: _Unit, course: Sequence[ListingState | None], quarter: Quarter, until: date, score: float
) -> ListingRow:
    """Return a unit's listing in a quarter, not ranked yet; ``course`` ends with that quarter."""
    name, code, level, trouble = unit
    state = course[-1] or ListingState.PROPOSED
    quarters_listed = sum(one not in {None, ListingState.PROPOSED} for one in course)
    listed_in = quarter
    for _ in range(quarters_listed - 1):
        listed_in = listed_in.previous
    listed_on = min(listed_in.first_day + timedelta(days=14), until) if quarters_listed else None
    return ListingRow(
        quarter=str(quarter),
        unit=name,
        area_code=code,
        level=level,
        state=state,
        rank=None,
        score=score,
        reason=_TROUBLES[trouble] + _OUTCOMES[state],
        listed_on=listed_on,
        approver=_APPROVER if quarters_listed else "",
    )


def _troubled_units(city: City, petitions: list[PetitionRow]) -> list[_Unit]:
    """Return counties, towns and departments with most open matters, mixed, each with its main trouble."""
    answers: dict[str, dict[Category, int]] = {}
    for row in petitions:
        if row.unit is not None and row.replied_on is None:
            troubles = answers.setdefault(row.unit, {})
            troubles[row.category] = troubles.get(row.category, 0) + 1
    counties = _ranked(city, Level.COUNTY, answers)[:_LISTED_COUNTIES]
    towns = _ranked(city, Level.TOWN, answers)[:_LISTED_TOWNS]
    departments: list[_Unit] = [
        (name, None, None, _worst(answers.get(name, {}))) for name in _LISTED_DEPARTMENTS
    ]
    groups = [towns[0::3], counties, towns[1::3], departments, towns[2::3]]
    longest = max(map(len, groups))
    return [group[at] for at in range(longest) for group in groups if at < len(group)]


def _ranked(city: City, level: Level, answers: dict[str, dict[Category, int]]) -> list[_Unit]:
    table = city.table(level)
    called = [_unit_name(city, level, row) for row in range(len(table.codes))]
    troubles = [answers.get(name, {}) for name in called]
    order = sorted(range(len(called)), key=lambda row: -sum(troubles[row].values()))
    return [(table.names[row], table.codes[row], level, _worst(troubles[row])) for row in order]


def _unit_name(city: City, level: Level, row: int) -> str:
    """Return the name by which matters call the unit of an area: a town after its county."""
    table = city.table(level)
    above = "" if level is Level.COUNTY else city.table(Level.COUNTY).names[table.parents[row]]
    return f"{above}{table.names[row]}"


def _worst(troubles: dict[Category, int]) -> Category:
    return max(troubles, key=lambda one: (troubles[one], one.value)) if troubles else Category.OTHER
