"""Units as files name them: areas by full or short name, departments by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from data.writes import units as writes
from data.writes.units import UnitRow

_OFFICE = re.compile(
    r"(党委政府|党工委管委会|人民政府|街道办事处|办事处|管理委员会|管委会|党工委|党委|政府)$"
)
_SUFFIX = re.compile(r"(街道|地区|[县市区镇乡])$")
_AREA_LIKE = re.compile(r".{2,}(街道|[县市区镇乡])$")
_FUNCTIONAL_LIKE = re.compile(r"(开发区|新区|度假区|高新区|园区|管委会)$")


@dataclass(frozen=True, slots=True)
class _Index:
    by_key: dict[str, list[UnitRow]]

    def only(self, key: str) -> UnitRow | None:
        found = self.by_key.get(key, [])
        return found[0] if len(found) == 1 else None


class UnitBook:
    """The units of the areas in force and the departments, found by what a file writes."""

    def __init__(self, rows: Iterable[UnitRow]) -> None:
        areas = [row for row in rows if row.area_id is not None]
        self._departments = {row.name: row for row in rows if row.area_id is None}
        counties = [row for row in areas if row.level == "county"]
        towns = [row for row in areas if row.level != "county"]
        self._by_code = {(row.level, row.code): row for row in areas}
        self._indexes = [
            _index((row.name, row) for row in counties),
            _index((row.name, row) for row in towns),
            _index((f"{row.parent_name}{row.name}", row) for row in areas if row.parent_name),
            _index((_short(row.name), row) for row in counties),
            _index((_short(row.name), row) for row in towns),
        ]

    @classmethod
    def load(cls, session: Session) -> UnitBook:
        """Read the units of areas in force, and all departments."""
        return cls(list(writes.read_units(session)))

    def find(self, text: str) -> UnitRow | None:
        """Return the one unit that a text names, none where there is none or more than one."""
        name = re.sub(r"\s+", "", text)
        if name in self._departments:
            return self._departments[name]
        for key in dict.fromkeys((name, _OFFICE.sub("", name))):
            for index in self._indexes:
                if (found := index.only(key)) is not None:
                    return found
        return None

    def of_area(self, level: str, code: str) -> UnitRow | None:
        """Return the unit of the area with a code at a level."""
        return self._by_code.get((level, code))

    def department(self, session: Session, text: str) -> UnitRow:
        """Return the department of a name, made where it is new."""
        name = re.sub(r"\s+", "", text)
        if name not in self._departments:
            self._departments[name] = writes.create_department(session, name)
        return self._departments[name]


def looks_like_area(text: str) -> bool:
    """Return whether a name is that of a county, town or functional area rather than of a department."""
    name = re.sub(r"\s+", "", text)
    return bool(_AREA_LIKE.match(_OFFICE.sub("", name)) or _FUNCTIONAL_LIKE.search(name))


def _short(name: str) -> str:
    short = _SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


def _index(pairs: Iterable[tuple[str, UnitRow]]) -> _Index:
    by_key: dict[str, list[UnitRow]] = defaultdict(list)
    for key, row in pairs:
        by_key[key].append(row)
    return _Index(dict(by_key))
