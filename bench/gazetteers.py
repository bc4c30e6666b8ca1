"""Cities to measure the geocoder on: one made up here, the demo city of any seed, or one brought as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

import numpy as np
import pyogrio

from data.export import bundle
from data.export.rows import GazetteerRow
from data.intake.tables import headers, vocabulary
from data.intake.tables.csv_rows import find_encoding
from grid.areas import LEVELS, Area, AreaKind, Level, parent_code
from grid.findings import ImportKind
from grid.geocoding.doors import Door
from grid.geocoding.gazetteer import Gazetteer, build_gazetteer
from grid.geocoding.names import NamedPlace, NameKind, Parity

_CHARS = (
    "东西南北上下大小新石竹松梅桃柳桂云清白金玉龙凤马青黄平安和永福长高林泉溪河湖山岭桥塘坑坪湾岙田洋浦港沙"
)


@dataclass(frozen=True, eq=False)
class BenchCity:
    """Areas by id, named places and standard addresses of a city."""

    areas: dict[int, Area]
    places: list[NamedPlace]
    doors: list[Door] = field(default_factory=list)

    def build(self) -> Gazetteer:
        """Return the gazetteer of the city."""
        return build_gazetteer(self.areas.values(), self.places, self.doors)

    def chain(self, area_id: int | None) -> list[Area]:
        """Areas from the county down to the given one."""
        chain = []
        while area_id is not None:
            chain.append(self.areas[area_id])
            area_id = self.areas[area_id].parent_id
        return [area for area in chain[::-1] if area.level is not Level.CITY]

    @cached_property
    def villages(self) -> list[Area]:
        """All villages."""
        return [area for area in self.areas.values() if area.level is Level.VILLAGE]

    @cached_property
    def towns(self) -> list[Area]:
        """All towns that have a county."""
        return [a for a in self.areas.values() if a.level is Level.TOWN and len(self.chain(a.id)) == 2]

    @cached_property
    def names_by_town(self) -> dict[int, set[str]]:
        """Names of the villages, roads, estates and other places of each town."""
        names: dict[int, set[str]] = {}
        for place in self.places:
            chain = self.chain(place.area_id)
            if len(chain) > 1:
                names.setdefault(chain[1].id, set()).add(place.name)
        for area in self.villages:
            if area.parent_id is not None:
                names.setdefault(area.parent_id, set()).add(area.name)
        return names


def demo_city(seed: int) -> BenchCity:
    """Return the demo city of a seed, as its files have it."""
    # Generation needs scipy and half a minute.
    from datetime import date

    from data.demo.files import make_files

    files = make_files(seed, 1, date(2026, 1, 1))
    layers = (
        _AreaRow(layer.level, code, name, parent or "", kind)
        for layer in files.boundaries
        for code, name, parent, kind in zip(
            layer.codes, layer.names, layer.parent_codes, layer.kinds, strict=True
        )
    )
    return make_bench_city(layers, files.gazetteer)


def read_city(path: Path, names: Path | None = None) -> BenchCity:
    """Return the city of a file of areas and a gazetteer CSV.

    ``path`` is a folder as ``fengtu export`` writes it, a GeoPackage with a layer a level, or a CSV with
    columns level, code, name, parent_code. ``names`` is by default the gazetteer.csv beside it.
    """
    areas = path / bundle.BOUNDARIES if path.is_dir() else path
    rows = _areas_of_csv(areas) if areas.suffix == ".csv" else _areas_of_geopackage(areas)
    names = names or areas.with_name(bundle.GAZETTEER)
    return make_bench_city(rows, _names_of_csv(names) if names.is_file() else ())


@dataclass(frozen=True)
class _AreaRow:
    level: Level
    code: str
    name: str
    parent_code: str
    kind: AreaKind = AreaKind.REGULAR


def make_bench_city(rows: Iterable[_AreaRow], entries: Iterable[GazetteerRow]) -> BenchCity:
    """Number the areas, parents first, and hang entries on them; one of no known area is left out."""
    ids: dict[tuple[Level, str], int] = {}
    areas: dict[int, Area] = {}
    for row in sorted(rows, key=lambda row: LEVELS.index(row.level)):
        number = ids[row.level, row.code] = len(areas) + 1
        above = row.parent_code or parent_code(row.level, row.code) or ""
        parent = None if row.level.parent is None else ids.get((row.level.parent, above))
        areas[number] = Area(
            number, row.level, row.kind, row.code, row.name, "", "", parent, None, 1.0, 0.0, 0.0
        )
    city = BenchCity(areas, [])
    for entry in entries:
        area_id = ids.get((entry.level, entry.area_code))
        if area_id is None:
            continue
        if entry.kind is NameKind.ADDRESS:
            lon, lat = (np.nan if value is None else value for value in (entry.lon, entry.lat))
            city.doors.append(Door(entry.name, area_id, lon, lat))
        else:
            numbers = entry.number_from, entry.number_to, entry.parity
            city.places.append(NamedPlace(entry.kind, entry.name, area_id, *numbers, entry.lon, entry.lat))
    return city


def _areas_of_geopackage(path: Path) -> Iterator[_AreaRow]:
    for layer in pyogrio.list_layers(path)[:, 0]:
        if layer in set(LEVELS):
            meta, _, _, columns = pyogrio.raw.read(path, layer=layer, read_geometry=False)
            table = dict(zip(meta["fields"], columns, strict=True))
            kinds = table.get("kind", [AreaKind.REGULAR] * len(table["code"]))
            parents = table.get("parent_code", [""] * len(table["code"]))
            for code, name, parent, kind in zip(table["code"], table["name"], parents, kinds, strict=True):
                yield _AreaRow(Level(layer), str(code), str(name), str(parent or ""), AreaKind(kind))


def _areas_of_csv(path: Path) -> Iterator[_AreaRow]:
    with path.open(encoding=find_encoding(path), newline="") as file:
        for row in csv.DictReader(file):
            level = vocabulary.LEVELS.find(row["level"])
            if level is not None:
                yield _AreaRow(level, row["code"], row["name"], row.get("parent_code") or "")


def _names_of_csv(path: Path) -> Iterator[GazetteerRow]:
    known = headers.BY_KIND[ImportKind.GAZETTEER]
    with path.open(encoding=find_encoding(path), newline="") as file:
        for written in csv.DictReader(file):
            row = {headers.field_of(name, known): value for name, value in written.items()}
            entry = _entry(row)
            if entry is not None:
                yield entry


def _entry(row: Mapping[str | None, str]) -> GazetteerRow | None:
    kind, level = vocabulary.ENTRY_KINDS.find(row["kind"]), vocabulary.LEVELS.find(row.get("level", ""))
    if kind is None or level is None:
        return None
    low, high = (int(row.get(name) or 0) or None for name in ("number_from", "number_to"))
    lon, lat = (float(row[name]) if row.get(name) else None for name in ("lon", "lat"))
    parity = vocabulary.PARITIES.find(row.get("parity", "")) or Parity.ALL
    return GazetteerRow(row["name"], kind, level, row["area_code"], low, high, parity, lon, lat)


def make_city(rng: Random, *, counties: int = 9, towns: int = 20, villages: int = 11) -> BenchCity:
    """Return a city of about counties * towns * villages villages, with names repeated across towns."""
    city = BenchCity({}, [])
    root = _add(city, Level.CITY, "枫溪市", None)
    for county in _names(rng, counties, ("县", "市", "区")):
        county_id = _add(city, Level.COUNTY, county, root)
        for town in _names(rng, towns, ("镇", "镇", "乡", "街道")):
            town_id = _add(city, Level.TOWN, town, county_id)
            ids = [
                _add(city, Level.VILLAGE, name, town_id)
                for name in _names(rng, villages, ("村", "村", "社区"))
            ]
            _add_grids_and_places(city, rng, ids)
    return city


def _names(rng: Random, count: int, suffixes: tuple[str, ...]) -> list[str]:
    names: dict[str, str] = {}
    while len(names) < count:
        stem = "".join(rng.sample(_CHARS, 2 if rng.random() < 0.85 else 3))
        names.setdefault(stem, stem + rng.choice(suffixes))
    return list(names.values())


def _add(city: BenchCity, level: Level, name: str, parent_id: int | None) -> int:
    number = len(city.areas) + 1
    kind = AreaKind.REGULAR
    city.areas[number] = Area(
        number, level, kind, str(number), name, "T", "1", parent_id, None, 1.0, 0.0, 0.0
    )
    return number


def _add_grids_and_places(city: BenchCity, rng: Random, villages: list[int]) -> None:
    grids = [_add(city, Level.GRID, f"第{n}网格", v) for v in villages for n in range(1, rng.randint(2, 4))]
    for road in _names(rng, 3, ("路", "街", "大道")):
        first = rng.randrange(len(villages) - 2)
        for step, village in enumerate(villages[first : first + 3]):
            low, high = 100 * step + 1, 100 * step + 100
            city.places.append(NamedPlace(NameKind.ROAD, road, village, low, high, Parity.ALL))
    for number, estate in enumerate(_names(rng, 6, ("花园", "小区", "家园", "公寓", "苑"))):
        kind = NameKind.ESTATE if number < 5 else NameKind.POI
        lon, lat = 120 + rng.random(), 28 + rng.random()
        city.places.append(NamedPlace(kind, estate, rng.choice(grids), lon=lon, lat=lat))
