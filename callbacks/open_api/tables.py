"""Tables: the items of a collection as they are published, made once a publication and edition.

Products and boundaries are the same for everyone who may see them, so that a table is kept for all of them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from callbacks.in_force import InForce
from callbacks.open_api.asked import Box, ItemsAsked
from callbacks.open_api.catalogue import CRS84, Collection, field_of
from callbacks.tools import Tools
from grid.areas import Area
from grid.published import Publication, WallQuestion, Window
from grid.questions import City
from grid.refusals import Refused

_KEPT_TABLES, _KEPT_SHAPES = 32, 12
Properties = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The outlines of an edition by area id: GeoJSON geometries, and a tree to find them by place."""

    geometries: Mapping[int, dict[str, Any]]
    ids: tuple[int, ...]
    tree: shapely.STRtree
    is_synthetic: bool

    def within(self, box: Box) -> frozenset[int]:
        """Return which areas a box touches."""
        west, south, east, north = box
        boxes = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        found = [
            self.tree.query(shapely.box(start, south, end, north), predicate="intersects")
            for start, end in boxes
        ]
        return frozenset(self.ids[at] for at in np.concatenate(found).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The items of a collection by area id, in the order of their codes, and their outlines."""

    properties: Mapping[int, Properties]
    shapes: Shapes | None

    def chosen(self, asked: ItemsAsked) -> list[int]:
        """Return the ids of the items that are asked for, all pages of them."""
        held: frozenset[int] | None = None
        if asked.box is not None:
            held = self.shapes.within(asked.box) if self.shapes else frozenset()
        return [
            number
            for number, said in self.properties.items()
            if (held is None or number in held)
            and asked.code in {None, said["code"]}
            and asked.name in {None, said["name"]}
        ]

    def feature(self, number: int, asked: ItemsAsked) -> dict[str, Any]:
        """Return one item as GeoJSON."""
        known = self.shapes.geometries.get(number) if self.shapes and asked.with_shapes else None
        geometry = _turned(known) if known and asked.crs != CRS84 else known
        return {
            "type": "Feature", "id": number, "geometry": geometry, "properties": self.properties[number],
        }  # fmt: skip


class Tables:
    """Makes tables of what is published now, and keeps the latest."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        # An edition's shapes never change, and products only with their publication.
        self._shapes = lru_cache(maxsize=_KEPT_SHAPES)(self._read_shapes)
        self._counted = InForce(self._count, most=_KEPT_TABLES)
        self._bounded = lru_cache(maxsize=_KEPT_SHAPES)(self._bound)

    def table(self, collection: Collection, asked: ItemsAsked, now: Now) -> Table:
        """Return the items of a collection; raises ``Refused('not_published')`` before any publication."""
        edition = now.city.editions.get(collection.level)
        if edition is None:
            return Table({}, None)
        if not collection.is_counted:
            return self._bounded(collection, edition, now.version)
        if now.publication is None:
            raise Refused("not_published")
        return self._counted(now.publication, collection, asked.question, edition)

    def _bound(self, collection: Collection, edition: int, version: int) -> Table:
        shapes = self._shapes(collection, edition)
        areas = self._tools.store.wall(self._tools.principal()).areas(collection.level)
        rows = {area.id: _bounded_of(area, shapes.is_synthetic) for area in areas}
        return Table(rows, shapes)

    def _count(
        self, publication: Publication, collection: Collection, question: WallQuestion, edition: int
    ) -> Table:
        reads = self._tools.store.wall(self._tools.principal())
        group = ":".join(filter(None, question.group))
        stamp = {
            "as_of": publication.day.isoformat(),
            "data_as_of": publication.changed_at.isoformat(),
            "group": group,
        }
        rows: dict[int, Properties] = {}
        for window in Window:
            for row in reads.counts(collection.level, replace(question, window=window)).rows:
                said = rows.setdefault(row.area.id, _counted_of(row.area, stamp))
                said[field_of("count", window)] = row.count
                known = row.count is not None and row.rate is not None
                said[field_of("rate", window)] = round(row.rate or 0.0, 3) if known else None
                said[field_of("withheld", window)] = "small_count" if row.count is None else None
        # Another publication may have come between the windows: a table of two would tell of differences.
        if reads.publication() != publication:
            raise Refused("publication_changed")
        return Table(rows, self._shapes(collection, edition))

    def _read_shapes(self, collection: Collection, edition: int) -> Shapes:
        body = self._tools.store.wall(self._tools.principal()).shapes(collection.level, edition)
        features = json.loads(gzip.decompress(body))["features"]
        geometries = {int(one["id"]): one["geometry"] for one in features}
        outlines = shapely.from_geojson([json.dumps(each) for each in geometries.values()])
        is_synthetic = any(one["properties"].get("synthetic") for one in features)
        return Shapes(geometries, tuple(geometries), shapely.STRtree(outlines), is_synthetic)


@dataclass(frozen=True, slots=True)
class Now:
    """What is in force: the publication, the city and the data version."""

    publication: Publication | None
    city: City
    version: int


def now(tools: Tools) -> Now:
    """Return what is in force."""
    reads = tools.store.wall(tools.principal())
    return Now(reads.publication(), reads.city(), reads.version().number)


def _common(area: Area) -> Properties:
    return {"code": area.code, "name": area.name, "kind": area.kind.value}


def _counted_of(area: Area, stamp: Mapping[str, str]) -> Properties:
    return {**_common(area), "population": area.population, **stamp}


def _bounded_of(area: Area, is_synthetic: bool) -> Properties:
    return _common(area) | {
        "code_system": area.code_system, "vintage": area.vintage, "parent": area.parent_id,
        "population": area.population, "area_km2": round(area.area_km2, 4), "synthetic": is_synthetic,
    }  # fmt: skip


def _turned(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a geometry with latitude before longitude, as the authority of its CRS has it."""
    return {"type": geometry["type"], "coordinates": list(_swapped(geometry["coordinates"]))}


def _swapped(part: Any) -> Iterator[Any]:
    if part and isinstance(part[0], int | float):
        yield from (part[1], part[0])
        return
    yield from (list(_swapped(each)) for each in part)
