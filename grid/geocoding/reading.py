"""Reading an address: which known names stand where, and what is left over between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from grid.areas import Level
from grid.geocoding.gazetteer import Gazetteer
from grid.geocoding.names import Name

_HAN = "[\u3400-\u9fff]"
_LEVEL_OF_SUFFIX = {
    **dict.fromkeys(("省", "自治区", "自治州", "市"), Level.CITY),
    **dict.fromkeys(("县", "区"), Level.COUNTY),
    **dict.fromkeys(("街道", "镇", "乡"), Level.TOWN),
    **dict.fromkeys(("社区", "村"), Level.VILLAGE),
    "网格": Level.GRID,
}
_TYPED = re.compile(
    f"{_HAN}{{1,12}}?(?P<suffix>"
    f"(?:(?<={_HAN}{{2}})|(?<=外))(?:自治[区州]|省|市(?![场民内]))"
    "|小区|新村|花园|家园|公寓|街道|社区|网格"
    "|(?:大道|[路街巷弄])(?![口边旁段面灯])"
    "|[县区](?![城内政])|[镇乡](?![上下内政])|村(?![口边民委里内头]))"
)
"""What ends like a name of an area, a road or an estate; 村口, 路边, 市场 and the like do not."""
_NEUTRAL = re.compile(
    f"{_HAN}{{1,5}}自然村|村民委员会|村委会|居民委员会|居委会|街道办事处|办事处|人民政府|政府|党群服务中心|便民服务中心"
    "|(?:我们|[本我该])(?:小区|社区|街道|单位|[村镇县乡市])|小区[内里]"
    "|市民|居民|村民|群众|业主|网友|住户|商户|信访人|举报人|来[电信访]人?|有人|本人|我们?[的家]?"
    "|反映|反应|投诉|举报|求助|咨询|请求|要求|希望|建议|表示|关于|对于|问题|尽快|解决|称|就"
    "|问题发生地|发生地|事发地|所在地|现场|位于|坐落于?|靠近|家住|住在|居住|地址|地点|位置"
    "|附近|旁边|对面|门口|路口|交叉口|交汇处|村口|路边|路旁|街边|境内|范围内|一带"
    "|道路|马路|公路|[村县省国乡]道|市场|城市|市中心|全市|市区|城区|镇区|县城|乡下|[在与和及至到的]"
)
"""Words around an address that are no part of a name."""
_AFTER_SHORT = re.compile(
    f"$|(?!{_HAN}).|第|村委会|居委会|村民委员会|办事处|人民政府|政府|附近|境内|旁|对面|门口"
)
_BEFORE_SHORT = re.compile("[省市县区镇乡道于在映及与和]")
_BEFORE_SHORT_OTHER = re.compile(f"(?!{_HAN}).")
_ROAD_AFTER_AREA = re.compile("(?:路|街(?!道)|大道|巷|弄)(?![口边旁段面])")
_AREA_AFTER_ROAD = re.compile("(?:村|社区|街道)(?![口委民])")
_NUMBER = re.compile(r"[东西南北中]?段?(\d{1,6})(?![\d.]|米|公里|千米|[kK]?[mM])")
_HOUSE_NUMBER = re.compile(r"\d{1,6}[号弄幢栋]")
_PHASE = re.compile(f"(?!长期|近期|前期|后期|同期|定期|短期|到期|逾期|延期|工期)(?:{_HAN}|\\d{{1,2}})期")
"""A phase of an estate that the gazetteer does not know stands elsewhere than those that it does."""
_NEAR = re.compile(
    r"(?:大门)?(?:附近|旁|边|对面|周边|周围|以?[东南西北]+[侧边面]|门前|后面|[东南西北往]*\d+米)"
)


class Hit(NamedTuple):
    """A known name at a position of the text."""

    start: int
    end: int
    name: Name


@dataclass(frozen=True, slots=True)
class Token:
    """A hit that the reading keeps, with the house number behind it and whether 附近 or the like follows."""

    name: Name
    number: int | None
    near: bool


@dataclass(frozen=True, slots=True)
class Leftover:
    """Text between the names.

    ``typed`` where it looks like a name itself (``level``: of which level, none for roads and estates);
    ``touching`` where it stands right before a known name, of which it may be the beginning; ``numbered``
    where a house number follows, so that it is the name of something.
    """

    text: str
    typed: bool
    level: Level | None
    touching: bool
    numbered: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """An address taken apart."""

    tokens: tuple[Token, ...]
    leftovers: tuple[Leftover, ...]


def read(gazetteer: Gazetteer, text: str) -> Reading:
    """Return how a normalised text reads: names that cover most of it, longest first, and the rest."""
    hits = _cover(text, _plausible(text, _find(gazetteer, text)))
    tokens = tuple(_token(text, hit) for hit in hits)
    return Reading(tokens, tuple(_leftovers(text, hits)))


def _find(gazetteer: Gazetteer, text: str) -> list[Hit]:
    if not len(gazetteer.automaton):
        return []
    found = gazetteer.automaton.iter(text)
    doors = [Hit(*door) for door in gazetteer.doors.find(text)]
    return [*(Hit(last + 1 - len(name.text), last + 1, name) for last, name in found), *doors]


def _plausible(text: str, hits: list[Hit]) -> list[Hit]:
    """Leave out hits that are part of an unknown longer name (石桥 of 石桥路, 东街 of 东街社区)."""
    starts: set[int] = set()
    closed = []
    for hit in sorted(hits, reverse=True, key=lambda hit: hit.start):
        if hit.end in starts or _ends_well(text, hit):
            starts.add(hit.start)
            closed.append(hit)
    ends: set[int] = set()
    kept = []
    for hit in sorted(closed, key=lambda hit: hit.end):
        if hit.name.full or hit.start in ends or _starts_well(text, hit.start):
            ends.add(hit.end)
            kept.append(hit)
    return kept


def _ends_well(text: str, hit: Hit) -> bool:
    if not hit.name.full:
        return _AFTER_SHORT.match(text, hit.end) is not None
    if hit.name.is_road:
        return _AREA_AFTER_ROAD.match(text, hit.end) is None
    is_area = any(referent.place is None for referent in hit.name.referents)
    return not (is_area and _ROAD_AFTER_AREA.match(text, hit.end))


def _starts_well(text: str, start: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    return bool(_BEFORE_SHORT.match(before) or _BEFORE_SHORT_OTHER.match(before))


def _cover(text: str, hits: list[Hit]) -> list[Hit]:
    """Return the hits without overlap that cover most, preferring full names, then fewer pieces."""
    ending: dict[int, list[Hit]] = {}
    for hit in hits:
        ending.setdefault(hit.end, []).append(hit)
    best: list[tuple[int, Hit | None]] = [(0, None)]
    for end in range(1, len(text) + 1):
        choice: tuple[int, Hit | None] = (best[end - 1][0], None)
        for hit in ending.get(end, ()):
            score = best[hit.start][0] + _weight(hit)
            if score > choice[0]:
                choice = (score, hit)
        best.append(choice)
    return _walk_back(best)


def _weight(hit: Hit) -> int:
    length = hit.end - hit.start
    return 100 * length + (10 * length if hit.name.full else 0) - 1


def _walk_back(best: list[tuple[int, Hit | None]]) -> list[Hit]:
    chosen = []
    end = len(best) - 1
    while end > 0:
        hit = best[end][1]
        if hit is None:
            end -= 1
        else:
            chosen.append(hit)
            end = hit.start
    return chosen[::-1]


def _token(text: str, hit: Hit) -> Token:
    number = _NUMBER.match(text, hit.end) if hit.name.is_road else None
    near = _NEAR.match(text, hit.end) is not None
    return Token(hit.name, int(number[1]) if number else None, near)


def _leftovers(text: str, hits: Iterable[Hit]) -> Iterator[Leftover]:
    start = 0
    for hit in hits:
        if hit.start > start:
            yield from _pieces(text[start : hit.start], before_name=True)
        start = hit.end
        phase = _PHASE.match(text, start) if hit.name.has_points else None
        if phase is not None:
            yield Leftover(hit.name.text + phase[0], typed=True, level=None, touching=False, numbered=False)
    if start < len(text):
        yield from _pieces(text[start:], before_name=False)


def _pieces(gap: str, *, before_name: bool) -> Iterator[Leftover]:
    cleaned = _NEUTRAL.sub(" ", gap)
    for run in re.finditer(f"{_HAN}+", cleaned):
        touching = before_name and run.end() == len(cleaned)
        rest = run[0]
        for typed in _TYPED.finditer(run[0]):
            level = _LEVEL_OF_SUFFIX.get(typed["suffix"])
            yield Leftover(typed[0], typed=True, level=level, touching=False, numbered=False)
            rest = run[0][typed.end() :]
        if rest:
            numbered = _HOUSE_NUMBER.match(cleaned, run.end()) is not None
            yield Leftover(rest, typed=False, level=None, touching=touching, numbered=numbered)
