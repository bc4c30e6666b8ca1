"""Mapping: which field each column of a table is, by its header, by its values, or as a person said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from data.intake.tables import headers
from data.intake.tables.abbreviations import read_abbreviation
from data.intake.tables.evidence import ALONE, read_evidence
from data.intake.tables.headers import normal
from data.intake.tables.values import Cell
from grid.findings import ImportKind
from grid.inspection import GuessSource
from grid.refusals import Refused

LEFT_OUT = "-"
"""Said of a column that is to be left out."""
_SURE = 100.0
_ENOUGH = 50.0
"""A guess below is none."""
_FITTING = 0.6
"""Share of values that must fit a field for the values to speak for it."""
_UNFIT = 0.2
_ALIKE = 80
"""Likeness in percent from which two spellings may be the same name."""
_OTHER_THINGS = re.compile(
    r"时限|期限|时长|用时|意见|结果|情况|内容|原因|备注|说明|电话|截止|剩余|应办|应受|应答|应回|限办|到期|预计|计划|回访|交办|转送|转办|派单|签收|超期|预警|打印|导出|更新|修改|创建|录入|经办|序号|"
    r"图片|附件|邮编|密码|版本|标签|次序"
)
"""Headers that say these are about something else, however alike they look."""
_YES_OR_NO = re.compile(r"^是否")
_DAY = re.compile(r"(日期|时间|日)$")
_UNIT = re.compile(r"(单位|部门|机构|机关)$")
_NUMBER = re.compile(r"(编号|单号|件号|号码|序号)$")
_AMOUNT = re.compile(r"(人数|天数|次数|件数|数量|数)$")
_DAYS = frozenset(
    {"received_on", "registered_on", "forwarded_on", "unit_received_on", "accepted_on", "noticed_on",
     "extended_on", "replied_on", "evaluated_on", "closed_on", "resubmitted_on", "backlog_resolved_on",
     "head_read_on", "since", "until", "listed_on", "as_of", "last_handled_on"}
)  # fmt: skip
_AMOUNTS = frozenset(
    {"heads", "submissions", "extension_days", "cases", "population", "handled", "resolved", "cadre",
     "grid_worker", "volunteer", "rank", "score", "number_from", "number_to"}
)  # fmt: skip

_VAGUE = _DAYS | {"unit", "matter_no", "area_code", "address", "stage", "name"}
"""Fields whose values many other things look like."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be mapped: what it may be called, the surest name first, and some of its values."""

    index: int
    names: tuple[str, ...]
    values: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Guess:
    """A column's field and where it comes from."""

    field: str
    source: GuessSource


@dataclass(frozen=True, slots=True)
class _Bid:
    score: float
    column: int
    field: str
    source: GuessSource


def guess_fields(
    columns: Sequence[Column], kind: ImportKind, said: Mapping[int, Guess], fields: Sequence[str]
) -> dict[int, Guess]:
    """Return the guess of each column that has one: no field twice, what was ``said`` first.

    ``said`` are choices and remembered ones; a field of ``LEFT_OUT`` keeps the column out. Only ``fields``
    are given. Raises ``Refused('column_chosen_twice')``.
    """
    taken: dict[str, int] = {}
    for index, guess in said.items():
        if guess.field == LEFT_OUT:
            continue
        if guess.field in taken and guess.source is GuessSource.CHOSEN:
            raise Refused("column_chosen_twice", field=headers.BY_KIND[kind][guess.field][0])
        taken.setdefault(guess.field, index)
    found = {index: said[index] for index in taken.values()}
    open_columns = [column for column in columns if column.index not in said]
    bids = [bid for column in open_columns for bid in _bids(column, kind) if bid.field in fields]
    # Best bid first: a header's own name before a likeness, a likeness before values alone.
    for bid in sorted(bids, key=lambda bid: (-bid.score, bid.column)):
        if bid.field not in taken and bid.column not in found and bid.score >= _ENOUGH:
            taken[bid.field] = bid.column
            found[bid.column] = Guess(bid.field, bid.source)
    return found


def field_score(name: str, kind: ImportKind) -> float:
    """Return how surely a text is the header of some field: 1 for one of its names, 0 for nothing known."""
    scores = _header_scores(name, kind)
    field = max(scores, key=lambda each: scores[each], default=None)
    if field is None or scores[field] < 65:
        return 0.0
    if scores[field] >= _SURE - 1:
        return 1.0
    # 受理 is part of 受理日期, and what cells under 办理阶段 say: it may be a header, but hardly shows one.
    said = normal(name)
    part = any(said in normal(each) for each in headers.BY_KIND[kind][field])
    return 0.25 if part else 0.6


def _bids(column: Column, kind: ImportKind) -> Iterator[_Bid]:
    by_name: dict[str, float] = {}
    for name in column.names:
        for field, score in _header_scores(name, kind).items():
            by_name[field] = max(score, by_name.get(field, 0.0))
    shares = read_evidence(kind, column.values)
    for field in headers.BY_KIND[kind]:
        named, share = by_name.get(field, 0.0), shares.get(field)
        if named:
            yield _Bid(_weighed(named, share), column.index, field, GuessSource.HEADER)
        elif share is not None and share >= _FITTING and not by_name and _may_tell(column, field):
            alone = ALONE[kind].get(field, 0) * share
            yield _Bid(alone, column.index, field, GuessSource.VALUES)


def _may_tell(column: Column, field: str) -> bool:
    """Return whether a column's values may speak for a field that its header does not name."""
    if column.names and field not in _DAYS and len(set(map(str, column.values))) == 1:
        # One word all the way down, under a header of its own, says nothing: 一般 is no track of 紧急程度.
        return False
    return _untold(column.names, field)


def _untold(names: Sequence[str], field: str) -> bool:
    """Return whether the values may speak: a header like 去向单位 tells of a unit, but of another one."""
    for said in map(normal, names):
        kinds = ((_DAY, _DAYS), (_UNIT, {"unit"}), (_NUMBER, {"matter_no"}), (_OTHER_THINGS, _VAGUE))
        if any(pattern.search(said) and field in fields for pattern, fields in kinds):
            return False
    return True


def _weighed(named: float, share: float | None) -> float:
    """Return a header's score, raised by values that fit and lowered by values that do not."""
    if share is None:
        return named
    if named >= _SURE - 1:
        return named + 5 * share
    return named - 45 if share < _UNFIT else named + 15 * share


@lru_cache(maxsize=4096)
def _header_scores(name: str, kind: ImportKind) -> Mapping[str, float]:
    """Return by field how like one of its names a header is, up to 100; fields with nothing in common not."""
    said = normal(name)
    known = headers.BY_KIND[kind]
    field = headers.field_of(name, known)
    if field is not None:
        return {field: _SURE}
    if not said or len(said) > 40:
        return {}
    if said.isascii():
        return read_abbreviation(said, kind)
    if _OTHER_THINGS.search(said):
        return {}
    scores = {
        field: max(_likeness(said, normal(each)) for each in names if not each.isascii())
        for field, names in known.items()
        if _may_be(said, field) and not all(map(str.isascii, names))
    }
    return {field: score for field, score in scores.items() if score >= 40}


def _may_be(said: str, field: str) -> bool:
    """Return whether a header's last word allows a field: a date is no unit, a unit no date."""
    if _YES_OR_NO.search(said):
        return field in {"backlog", "repeat"}
    if _DAY.search(said):
        return field in _DAYS
    if _UNIT.search(said):
        return field == "unit"
    if _AMOUNT.search(said):
        return field in _AMOUNTS
    if _NUMBER.search(said):
        return field in {"matter_no", "number", "number_from", "number_to"}
    return True


def _likeness(said: str, name: str) -> float:
    if len(name) >= 2 and said.endswith(name):
        return 68 + 25 * len(name) / len(said)
    if len(name) >= 2 and name in said:
        return 55 + 25 * len(name) / len(said)
    if len(said) >= 2 and said in name:
        return 50 + 30 * len(said) / len(name)
    alike = fuzz.ratio(said, name)
    return alike * 0.8 if alike >= _ALIKE else 0.0
