"""How the demo city's matters say where their problem is: coordinates, an address good or bad, nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from data.demo import names
from data.demo.city import City
from data.demo.gazetteer import Entries
from data.demo.happenings import Happenings
from data.demo.mesh import Index
from data.demo.terrain import Metres, to_degrees
from data.export.rows import GazetteerRow
from grid.areas import Level
from grid.datums import Datum, from_cgcs2000
from grid.geocoding.names import NameKind, Parity
from grid.matters import Purpose


class Telling(StrEnum):
    """What kind of place a matter gives."""

    POINT = "point"
    VILLAGE = "village"
    TOWN = "town"
    ENTRY = "entry"
    """A road number, an estate, a point of interest."""
    SAYING = "saying"
    """What people call the place, or a village without its town: for a reviewer who knows the town."""
    HOPELESS = "hopeless"
    NOTHING = "nothing"
    """Accusations: no place in the file at all."""


_SHARES = {
    Telling.POINT: 0.55,
    Telling.VILLAGE: 0.12,
    Telling.TOWN: 0.15,
    Telling.ENTRY: 0.10,
    Telling.SAYING: 0.03,
    Telling.HOPELESS: 0.05,
}
_DATUMS = {Datum.CGCS2000: 0.78, Datum.WGS84: 0.05, Datum.GCJ02: 0.12, Datum.BD09: 0.05}
_POINT_WITH_ADDRESS, _CODE_ONLY = 0.6, 0.08
_VILLAGE_ALONE = 0.3
_HOPELESS = (
    *("不详", "无", "", "同上", "老地方", "见附件", "城里", "工地上", "外省务工地点"),
    *("栖州市南亭区中山路66号", "云汀市临湖区文昌街道", "远埠市北塘县大桥镇"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Tellings:
    """What each matter says of its place, in columns; ``lon`` is NaN where it has no coordinates."""

    kind: npt.NDArray[np.object_]
    address: list[str | None]
    area_code: list[str | None]
    lon: Metres
    lat: Metres
    datum: npt.NDArray[np.object_]


def tell(city: City, happenings: Happenings, entries: Entries, rng: np.random.Generator) -> Tellings:
    """Return what the matters say of their places."""
    count = len(happenings.day)
    kind = np.array(list(_SHARES), dtype=object)[rng.choice(len(_SHARES), count, p=list(_SHARES.values()))]
    kind[happenings.purpose == Purpose.ACCUSATION] = Telling.NOTHING
    lon, lat, datum = _coordinates(happenings.where, kind, rng)
    teller = _Teller(city, entries, happenings, rng)
    told = [teller.tell(row, telling) for row, telling in enumerate(kind)]
    return Tellings(kind, [address for address, _ in told], [code for _, code in told], lon, lat, datum)


def _coordinates(
    where: Metres, kind: npt.NDArray[np.object_], rng: np.random.Generator
) -> tuple[Metres, Metres, npt.NDArray[np.object_]]:
    lon, lat = to_degrees(*where.T)
    chosen = rng.choice(len(_DATUMS), len(where), p=list(_DATUMS.values()))
    datum = np.array(list(_DATUMS), dtype=object)[chosen]
    for one in (Datum.GCJ02, Datum.BD09):
        mine = datum == one
        lon[mine], lat[mine] = from_cgcs2000(lon[mine], lat[mine], one)
    without = kind != Telling.POINT
    lon[without] = lat[without] = np.nan
    datum[without] = None
    return np.round(lon, 6), np.round(lat, 6), datum


class _Teller:
    """Writes addresses; holds the drawn numbers that decide their form."""

    def __init__(
        self, city: City, entries: Entries, happenings: Happenings, rng: np.random.Generator
    ) -> None:
        self._city = city
        self._entries = entries
        self._grid = happenings.grid
        self._nearest: Index = cKDTree(entries.where).query(happenings.where, k=3)[1]
        self._chance = rng.random((len(happenings.day), 3))

    def tell(self, row: int, telling: Telling) -> tuple[str | None, str | None]:
        """Return the address of a matter and, for a few, only the code of its village."""
        chance = self._chance[row]
        if telling is Telling.VILLAGE and chance[2] < _CODE_ONLY:
            return None, self._village_code(row)
        if telling is Telling.NOTHING or (telling is Telling.POINT and chance[2] > _POINT_WITH_ADDRESS):
            return None, None
        forms = {
            Telling.TOWN: self._town,
            Telling.ENTRY: self._entry,
            Telling.SAYING: self._saying,
            Telling.HOPELESS: _hopeless,
        }
        return forms.get(telling, self._village)(row, chance), None

    def _path(self, row: int) -> list[str]:
        """Return the names of the county, town, village and grid that hold a matter."""
        rows = self._city.path(Level.GRID, int(self._grid[row]))[1:]
        return [self._city.table(level).names[one] for level, one in zip(list(Level)[1:], rows, strict=True)]

    def _village_code(self, row: int) -> str:
        village = int(self._city.table(Level.GRID).parents[self._grid[row]])
        return self._city.table(Level.VILLAGE).codes[village]

    def _town(self, row: int, chance: Metres) -> str:
        county, town, _, _ = self._path(row)
        if chance[0] < 0.12:
            return town
        return f"{names.CITY_NAME}{county}{town}" if chance[0] < 0.4 else f"{county}{town}"

    def _village(self, row: int, chance: Metres) -> str:
        county, town, village, grid = self._path(row)
        if chance[0] < 0.10:
            return f"{county}{village}"
        wider = "" if chance[0] < 0.30 else county if chance[0] < 0.70 else f"{names.CITY_NAME}{county}"
        start = f"{wider}{town}"
        return f"{start}{village}{grid}" if chance[1] < 0.35 else f"{start}{village}"

    def _entry(self, row: int, chance: Metres) -> str:
        """Return the address of one of the nearest named things of its county; of its village if none is."""
        own, _, _, _ = self._path(row)
        near = [one for one in self._nearest[row].tolist() if self._holders(one)[0] == own]
        if not near:
            return self._village(row, chance)
        number = near[int(chance[0] * len(near))]
        entry = self._entries.rows[self._entries.addressable[number]]
        county, town = self._holders(number)
        start = county if chance[1] < 0.55 else f"{county}{town}"
        return f"{start}{entry.name}{_number_in(entry, chance[2])}"

    def _holders(self, number: int) -> tuple[str, str]:
        """Return the names of the county and the town that hold an entry."""
        path = self._city.path(Level.VILLAGE, int(self._entries.village[number]))
        return self._city.table(Level.COUNTY).names[path[1]], self._city.table(Level.TOWN).names[path[2]]

    def _saying(self, row: int, chance: Metres) -> str:
        county, town, village, _ = self._path(row)
        if chance[1] < _VILLAGE_ALONE:
            return village
        # The first are said most often, so that one decision settles many matters.
        return f"{county}{town}{names.SAYINGS[int(chance[0] ** 2 * len(names.SAYINGS))]}"


def _hopeless(row: int, chance: Metres) -> str:
    return _HOPELESS[int(chance[0] * len(_HOPELESS))]


def _number_in(entry: GazetteerRow, chance: float) -> str:
    """Return a house number within an entry's range, a building of an estate, or nothing."""
    if entry.kind is NameKind.ESTATE:
        return f"{1 + int(chance * 24)}幢"
    if entry.number_from is None or entry.number_to is None:
        return ""
    step = 1 if entry.parity is Parity.ALL else 2
    choices = range(entry.number_from, entry.number_to + 1, step)
    return f"{choices[int(chance * len(choices))]}号"
