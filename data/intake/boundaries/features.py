"""Features: outlines with attributes from GeoJSON, GeoPackage, zipped Shapefile or a table with WKT.

A child process parses them (``data.intake.reading``); what comes back is WKB and plain values.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.intake.ledger import Ledger
from data.intake.reading.frames import read_json
from data.intake.reading.process import reading
from data.intake.tables.values import Cell

CGCS2000 = "EPSG:4490"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one feature (``number``, 0 for the file) that its outline does not tell."""

    number: int
    code: str
    column: str
    facts: dict[str, str | int]
    grave: bool
    """Whether a person should look at it."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Outlines (shapely objects, none where unreadable) with their attributes by column.

    ``crs`` is what the file says of its coordinates, none where it says nothing; ``numbers`` are row numbers
    as a person would count them in the file. ``encoding`` is how the texts of a Shapefile were read;
    if that is not ``encoding_stated``, ``encodings`` are those that fit every text, the likeliest first.
    """

    outlines: np.ndarray[Any, Any]
    attributes: dict[str, list[Cell]]
    numbers: list[int]
    crs: str | None
    layer: str = ""
    layers: tuple[str, ...] = ()
    encoding: str = ""
    encoding_stated: bool = True
    encodings: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def read_features(
    path: Path, *, layer: str | None, preferred_layer: str, encoding: str | None = None
) -> Features:
    """Read the outlines of a file; of several layers ``layer``, else the one called ``preferred_layer``.

    ``encoding`` is that of a Shapefile's texts, if a person has said so. Raises ``Refused`` with a code that
    names what is wrong with the file.
    """
    attributes: dict[str, list[Cell]] = {}
    sizes = array("q")
    outlines = bytearray()
    said: dict[str, Any] = {}
    options = {"layer": layer, "preferred_layer": preferred_layer, "encoding": encoding}
    with reading(path, "features", **options) as frames:
        for kind, content in frames:
            if kind == "column":
                name, cells = read_json(content)
                attributes[name] = cells
            elif kind == "sizes":
                sizes.frombytes(content)
            elif kind == "wkb":
                outlines += content
            else:
                said = read_json(content)
    return Features(
        _from_wkb(sizes, memoryview(outlines)),
        attributes,
        said["numbers"],
        said["crs"],
        said["layer"],
        tuple(said["layers"]),
        said["encoding"],
        said["encoding_stated"],
        tuple(said["encodings"]),
        tuple(_remark(*remark) for remark in said["remarks"]),
    )


def tell_remarks(features: Features, ledger: Ledger) -> None:
    """Put what was remarked on while reading into the ledger."""
    for remark in features.remarks:
        tell = ledger.review if remark.grave else ledger.note
        tell(remark.code, remark.number, remark.column, **remark.facts)


def _remark(weight: str, number: int, code: str, column: str, facts: dict[str, str | int]) -> Remark:
    return Remark(number, code, column, facts, grave=weight == "review")


def _from_wkb(sizes: array[int], content: memoryview) -> np.ndarray[Any, Any]:
    parts: list[bytes | None] = []
    at = 0
    for size in sizes:
        parts.append(None if size < 0 else bytes(content[at : at + size]))
        at += max(size, 0)
    return np.array(shapely.from_wkb(parts, on_invalid="ignore"), dtype=object)
