"""GeoJSON: features one by one, so that a large file is never held as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from data.intake.reading.features import NOTE, REVIEW, Layer, Said
from data.intake.tables.csv_rows import find_encoding
from data.intake.tables.values import Cell
from grid.refusals import Refused

_DEFAULT_CRS = "EPSG:4326"
_PIECE = 2**20
_LARGEST_VALUE = 64 * 2**20
"""Characters of one feature."""
_CRS = re.compile(
    r"urn:ogc:def:crs:[\w.:-]{1,60}|[A-Za-z]{2,10}:\d{1,6}|https?://www\.opengis\.net/[\w./-]{1,80}"
)
"""Names of a CRS; anything else that PROJ would take, a file's path among it, is no name."""
_SHAPE_FAULTS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError,
    RecursionError, ShapelyError,
)  # fmt: skip
_SPACE = " \t\r\n"
_DEEPEST = 5
_END = object()
"""What is yielded for the end of the features, which may be none."""


def read_geojson(path: Path) -> Layer:
    """Return the features of a FeatureCollection; raises ``Refused`` where it breaks off or is none."""
    reader = _Reader()
    members: dict[str, Any] = {}
    try:
        with path.open(encoding=find_encoding(path)) as file:
            for name, value in _Members(file):
                if name == "features":
                    reader.found = True
                    if value is not _END:
                        reader.take(value)
                else:
                    members[name] = value
    except (ValueError, RecursionError):
        raise Refused("geojson_broken_at", feature=reader.count + 1) from None
    if not reader.found:
        raise Refused("geojson_not_collection", type=str(members.get("type", ""))[:40])
    return reader.layer(_crs_of(members))


def _crs_of(members: dict[str, Any]) -> str | None:
    """Return the CRS: WGS84 by RFC 7946; the older ``crs`` member is still written, and null for unknown."""
    if "crs" not in members:
        return _DEFAULT_CRS
    try:
        name = str(members["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        return None
    return name if _CRS.fullmatch(name) else None


class _Members:
    """Iterates over the members of a JSON object; of ``features`` over each element apart."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text, self._at = "", 0
        self._decoder = json.JSONDecoder()

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        self._expect("{")
        if self._peek() == "}":
            return
        while True:
            name = self._value()
            self._expect(":")
            if name == "features":
                for feature in self._elements():
                    yield "features", feature
                yield "features", _END
            else:
                yield str(name), self._value()
            if self._next() == "}":
                break
        if self._peek():
            raise ValueError

    def _elements(self) -> Iterator[Any]:
        self._expect("[")
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self._value()
            sign = self._next()
            if sign == "]":
                return
            if sign != ",":
                raise ValueError

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
                if end < len(self._text) or not self._more():
                    self._at = end
                    return value
            except json.JSONDecodeError:
                if len(self._text) - self._at > _LARGEST_VALUE or not self._more():
                    raise

    def _peek(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _next(self) -> str:
        sign = self._peek()
        self._at += 1
        if sign not in (",", "]", "}"):
            raise ValueError
        return sign

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise ValueError
        self._at += 1

    def _more(self) -> bool:
        """Read on: as much again as there is, so that one long value is not tried too often."""
        piece = self._file.read(max(_PIECE, len(self._text) - self._at))
        if piece:
            self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)


class _Reader:
    """Collects features; what is wrong with one is remarked on and costs that one only."""

    def __init__(self) -> None:
        self.found = False
        self.count = 0
        self._wkb: list[bytes | None] = []
        self._properties: list[dict[str, Any]] = []
        self._remarks: list[Said] = []
        self._heights = 0

    def take(self, feature: object) -> None:
        """Take one feature."""
        self.count += 1
        said = feature if isinstance(feature, dict) else {}
        properties = said.get("properties")
        self._properties.append({"id": said.get("id")} | (properties if isinstance(properties, dict) else {}))
        self._wkb.append(self._outline(said.get("geometry")))

    def layer(self, crs: str | None) -> Layer:
        """Return what was collected."""
        names = dict.fromkeys(name for properties in self._properties for name in properties)
        attributes = {name: [_cell(p.get(name)) for p in self._properties] for name in names}
        if all(value is None for value in attributes.get("id", ())):
            attributes.pop("id", None)
        if self._heights:
            self._remarks.append((NOTE, 0, "heights_dropped", "", {"count": self._heights}))
        numbers = range(1, self.count + 1)
        return Layer(self._wkb, attributes, numbers, crs, remarks=self._remarks)

    def _outline(self, geometry: object) -> bytes | None:
        if geometry is None:
            return None  # the importer says so
        try:
            outline = _shape_of(geometry)
            if isinstance(_first_number(geometry), str):
                self._remarks.append((NOTE, self.count, "coordinates_as_text", "", {}))
            return self._wkb_of(outline)
        except _SHAPE_FAULTS:
            self._remarks.append((REVIEW, self.count, "geometry_unreadable", "", {}))
            return None

    def _wkb_of(self, outline: Any) -> bytes:
        if outline.has_z:
            self._heights += 1
        if outline.geom_type == "GeometryCollection":
            self._remarks.append((NOTE, self.count, "geometry_collection", "", {}))
        return bytes(shapely.to_wkb(outline, output_dimension=2))


def _shape_of(geometry: object) -> Any:
    try:
        return shape(geometry)
    except _SHAPE_FAULTS:
        return shape(_plain(geometry))


def _plain(geometry: Any, depth: int = 0) -> dict[str, Any]:
    """Return a geometry whose positions have three numbers at most; nested collections are not taken."""
    if geometry["type"] == "GeometryCollection":
        if depth:
            raise ValueError
        return {"type": "GeometryCollection", "geometries": [_plain(g, 1) for g in geometry["geometries"]]}
    return {"type": geometry["type"], "coordinates": _positions(geometry["coordinates"], _DEEPEST)}


def _positions(coordinates: Any, depth: int) -> Any:
    if not isinstance(coordinates, list) or not depth:
        raise ValueError
    if coordinates and not isinstance(coordinates[0], list):
        return coordinates[:3]
    return [_positions(inner, depth - 1) for inner in coordinates]


def _first_number(geometry: Any) -> object:
    found = geometry["geometries"][0] if "geometries" in geometry else geometry
    found = found.get("coordinates")
    while isinstance(found, list) and found:
        found = found[0]
    return found


def _cell(value: object) -> Cell:
    if isinstance(value, float) and value != value:  # noqa: PLR0124  not a number
        return None
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
