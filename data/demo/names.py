"""Invented names: of the city, its counties, towns, villages, roads, estates and duty holders.

County names are inventions that no real county bears; town and village names are put together from syllables
that are common everywhere, less a list of well-known real places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CITY_CODE, CITY_NAME = "990100", "枫溪市"
CODE_SYSTEM, VINTAGE = "DEMO", "2026"
SOURCE = "演示数据（虚构城市，不对应任何真实地区）"


@dataclass(frozen=True, slots=True)
class County:
    """A county's code and names, and whether its town count is given (none: by size)."""

    code: str
    name: str
    towns: int | None = None
    villages: int | None = None


COUNTIES = (
    County("990101", "临枫区"),
    County("990102", "砚湖区"),
    County("990103", "澜港区"),
    County("990121", "松漈县"),
    County("990122", "岚泉县"),
    County("990123", "竹坞县"),
    County("990124", "望澜县", towns=18, villages=345),
    County("990181", "青屿市"),
    County("990182", "云栎市"),
)
"""望澜县 carries the published figures of a real service network: 18 towns and 349 points."""
SERVICE_COUNTY = 6
FUNCTIONAL_CODE, FUNCTIONAL_NAME = "990171", "枫港经济开发区"

_TOWN_FIRST = "枫樟桐榧梓柏杉荻芦蓼葵苔鹭鹤雁鹿螺蚌砚岚澜霞栎槿莲菱茅筠"
_TOWN_SECOND = "溪岩坑坪塘桥岙岭湾浦屿坞源潭洲埠林田寮港"
_WELL_KNOWN = frozenset(
    ["枫桥", "枫林", "枫溪", "樟树", "樟林", "桐庐", "桐林", "桐坪", "桐源", "梓潼", "柏林", "柏溪", "杉林", "芦溪", "芦田", "芦洲", "芦塘", "葵潭", "鹭洲", "鹤山", "鹤浦", "鹤溪", "鹤岭", "雁荡", "雁田", "鹿城", "鹿港", "螺洲", "螺溪", "蚌埠", "岚山", "澜溪", "霞浦", "霞溪", "霞湾", "莲塘", "莲花", "莲洲", "莲湾", "莲桥", "菱湖", "菱塘", "茅坪", "茅岭", "茅塘", "茅洲", "砚山", "砚池", "栎阳", "鹤塘", "鹿田", "鹿坪", "苔菉", "梓山", "柏塘", "桐岭", "桐桥", "桐洲", "枫岭", "枫坪", "樟岭", "樟塘", "樟坑", "霞山", "霞坑", "筠连", "荻港", "荻溪"]
)
_SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄江吕何罗高萧潘简朱钟彭游詹胡施沈余赵卢梁颜柯翁魏孙戴范方宋"
_HAMLETS = ("家岙", "家坑", "家宅", "家塘", "家坞", "家桥", "家山", "家畈", "家井", "岙底", "宅前", "坑口", "山头", "岭脚")
_WILD = ("上", "下", "前", "后", "东", "西", "南", "北", "大", "小", "里", "外", "高", "长", "双", "石", "青", "白", "金", "竹")
_SPOTS = ("栎坑", "樟桥", "溪头", "岩背", "坪里", "茶寮", "源口", "洋边", "枫岗", "井头", "垟心", "潭边", "樟坞", "柿树", "碓下", "岗背")
_GOOD = ("锦枫", "春晖", "望江", "临湖", "新澜", "文峰", "翠屏", "朝晖", "学院", "滨河", "金穗", "玉兰", "凤梧", "明珠", "松涛", "映月")
_GOOD_ENDS = ("", "苑", "里", "坊", "东", "西", "南", "北", "园", "新村", "湾", "桥头")
_ROAD_STEMS = ["人民", "解放", "振兴", "枫江", "环城", "文化", "建设", "学院", "滨江", "迎宾", "工业", "站前", "兴业", "和平", "新枫", "青年", "体育", "桂花", "香樟", "望海", "澜江", "港前", "创业", "科技", "锦绣", "民生", "朝阳", "文昌", "教育", "银杏", "紫藤", "松涛", "云岭", "砚池", "听潮", "归帆", "沧浪", "梧桐", "凤鸣", "致远", "秋实", "春华", "明德", "博学"]
_ESTATE_FIRST = ("枫丹", "锦绣", "江南", "望湖", "金色", "阳光", "翡翠", "云栖", "听澜", "香榭", "海棠", "紫荆", "星河", "东方", "水岸", "龙湾", "碧水", "和悦")
_ESTATE_SECOND = ("花园", "家园", "公馆", "名苑", "新城", "华庭", "雅居", "小区", "首府", "春城")
POI_ENDS = ("中心小学", "初级中学", "卫生院", "农贸市场", "文化礼堂", "汽车站", "便民服务中心", "敬老院")


def town_stems(count: int, rng: np.random.Generator) -> list[str]:
    """Return invented two-syllable names; a few come twice, as they do in real cities."""
    stems = [first + second for first in _TOWN_FIRST for second in _TOWN_SECOND]
    stems = [stem for stem in stems if stem not in _WELL_KNOWN]
    chosen = [stems[number] for number in rng.permutation(len(stems))[:count]]
    for first, again in rng.permutation(count)[: 2 * (count // 30)].reshape(-1, 2):
        chosen[again] = chosen[first]
    return chosen


def village_stems(count: int, urban: bool, rng: np.random.Generator) -> list[str]:
    """Return distinct stems for the villages (or urban communities) of one town."""
    if urban:
        stems = [first + end for first in _GOOD for end in _GOOD_ENDS]
    else:
        stems = [surname + hamlet for surname in _SURNAMES for hamlet in _HAMLETS]
        stems += [wild + spot for wild in _WILD for spot in _SPOTS]
    return [stems[number] for number in rng.permutation(len(stems))[:count]]


def road_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return distinct road names of one town or urban core."""
    names = [stem + end for end in ("路", "街", "大道", "东路", "西路", "南路", "北路") for stem in _ROAD_STEMS]
    weights = np.repeat([8.0, 4.0, 1.5, 1.0, 1.0, 1.0, 1.0], len(_ROAD_STEMS))
    chosen = rng.choice(len(names), count, replace=False, p=weights / weights.sum())
    return [names[number] for number in chosen]


def estate_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return names of housing estates; most are unique, as the estates of one city are."""
    names = [first + second for first in _ESTATE_FIRST for second in _ESTATE_SECOND]
    parts = ("", "一期", "二期", "三期")
    pool = [name + part for name in names for part in parts]
    return [pool[number] for number in rng.permutation(len(pool))[:count]]
