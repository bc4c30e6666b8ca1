"""The catalogue: which collections there are, what each says of an area, and where it is found."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from grid.areas import LEVELS, Level
from grid.published import Window

ROOT = "/open"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CGCS2000 = "http://www.opengis.net/def/crs/EPSG/0/4490"
CRSS = (CRS84, CGCS2000)
"""Longitude first; as stored, latitude first. Their degrees differ by centimetres: none are shifted."""
_SELECTING = ("f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "skipGeometry", "code", "name")
_GROUPING = ("category", "channel")
_PLURALS = {Level.COUNTY: "counties", Level.TOWN: "towns", Level.VILLAGE: "villages"}


@dataclass(frozen=True, slots=True)
class Collection:
    """Areas of one level: with their published counts, or with their boundaries alone."""

    id: str
    level: Level
    is_counted: bool

    @property
    def parameters(self) -> tuple[str, ...]:
        """What its items may be asked by."""
        return (*_SELECTING, *(_GROUPING if self.is_counted else ()))

    @property
    def words(self) -> str:
        """Under which key its title and description stand."""
        return f"open.{'counts' if self.is_counted else 'boundaries'}"

    @property
    def fields(self) -> MappingProxyType[str, str]:
        """Every property of its items with its JSON type, in order."""
        common = {"code": "string", "name": "string", "kind": "string"}
        return MappingProxyType(common | (_counted_fields() if self.is_counted else _boundary_fields()))


def field_of(kind: str, window: Window) -> str:
    """Return the name of a property of a window."""
    return f"{kind}_{window.value}"


def word_of(name: str) -> str:
    """Return the key of a property's words; those of a window have one for all windows."""
    stem, _, window = name.rpartition("_")
    return f"open.field.{stem if window in set(Window) else name}"


def _counted_fields() -> dict[str, str]:
    kinds = {"count": "integer", "rate": "number", "withheld": "string"}
    known = {"population": "integer", "as_of": "string", "data_as_of": "string", "group": "string"}
    return known | {field_of(kind, window): kinds[kind] for window in Window for kind in kinds}


def _boundary_fields() -> dict[str, str]:
    return {
        "code_system": "string", "vintage": "string", "parent": "integer", "population": "integer",
        "area_km2": "number", "synthetic": "boolean",
    }  # fmt: skip


COLLECTIONS = MappingProxyType(
    {
        one.id: one
        for one in (
            *(Collection(plural, level, is_counted=True) for level, plural in _PLURALS.items()),
            *(Collection(f"boundaries-{level.value}", level, is_counted=False) for level in LEVELS),
        )
    }
)
