"""Who answers: the coverage annex in the shape of an official one, and four quarters of listed units.

Every name of a person is invented. The annex repeats the oddities of a real one (ten areas with 222 matters and
four departments with 15, two units of 44; a merged cell, a blank cell, a post without a name, a row of free
text), so that its import is tried on all of them.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from data.demo.city import City
from data.demo.mesh import Index
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
_NOTES = (
    "说明：1. 积案数以市信访工作联席会议办公室交办数为准；2. 演示数据，地名、人名均为虚构。",
)
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
    quarters = [Quarter.of(until)]
    for _ in range(_QUARTERS - 1):
        quarters.insert(0, quarters[0].previous)
    base = np.linspace(58, 82, len(units)) + rng.normal(0, 1.5, len(units))
    rows: list[ListingRow] = []
    for place, quarter in enumerate(quarters):
        score = np.round(np.clip(base + rng.normal(0, 4, len(units)) + 2.0 * place, 40, 95), 1)
        listed = [row for row in range(len(units)) if _COURSES[row % len(_COURSES)][place] is not None]
        ranks = {row: rank for rank, row in enumerate(sorted(listed, key=lambda row: score[row]), start=1)}
        for row in sorted(ranks, key=lambda row: ranks[row]):
            rows.append(_listing(units[row], _COURSES[row % len(_COURSES)], place, quarters, ranks[row], score[row]))
    return rows


_Unit = tuple[str, str | None, Level | None, Category]


def _listing(
    unit: _Unit,
    course: tuple[ListingState | None, ...],
    place: int,
    quarters: list[Quarter],
    rank: int,
    score: float,
) -> ListingRow:
    name, code, level, trouble = unit
    state = course[place]
    assert state is not None
    since = next((at for at in range(place + 1) if course[at] not in (None, ListingState.PROPOSED)), None)
    listed_on = None if since is None else quarters[since].first_day + timedelta(days=14)
    return ListingRow(
        quarter=str(quarters[place]),
        unit=name,
        area_code=code,
        level=level,
        state=state,
        rank=rank,
        score=float(score),
        reason=_TROUBLES[trouble] + _OUTCOMES[state],
        listed_on=listed_on,
        approver="" if listed_on is None else _APPROVER,
    )


def _troubled_units(city: City, petitions: list[PetitionRow]) -> list[_Unit]:
    """Return counties, towns and departments with most open matters, mixed, each with its commonest trouble."""
    answers: dict[str, dict[Category, int]] = {}
    for row in petitions:
        if row.unit is not None and row.replied_on is None:
            troubles = answers.setdefault(row.unit, {})
            troubles[row.category] = troubles.get(row.category, 0) + 1
    counties = _ranked(city, Level.COUNTY, answers)[:_LISTED_COUNTIES]
    towns = _ranked(city, Level.TOWN, answers)[:_LISTED_TOWNS]
    departments = [(name, None, None, _worst(answers.get(name, {}))) for name in _LISTED_DEPARTMENTS]
    groups = [towns[0::3], counties, towns[1::3], departments, towns[2::3]]
    longest = max(map(len, groups))
    return [group[at] for at in range(longest) for group in groups if at < len(group)]


def _ranked(city: City, level: Level, answers: dict[str, dict[Category, int]]) -> list[_Unit]:
    table = city.table(level)
    called = [_unit_name(city, level, row) for row in range(len(table.codes))]
    open_counts: Index = np.array([sum(answers.get(name, {}).values()) for name in called])
    order = np.argsort(-open_counts, kind="stable").tolist()
    return [(table.names[row], table.codes[row], level, _worst(answers.get(called[row], {}))) for row in order]


def _unit_name(city: City, level: Level, row: int) -> str:
    """Return the name by which matters call the unit of an area: a town after its county."""
    table = city.table(level)
    above = "" if level is Level.COUNTY else city.table(Level.COUNTY).names[table.parents[row]]
    return f"{above}{table.names[row]}"


def _worst(troubles: dict[Category, int]) -> Category:
    return max(troubles, key=lambda one: (troubles[one], one.value)) if troubles else Category.OTHER
