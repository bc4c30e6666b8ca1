"""Tables of outlines: a column of WKT beside the attributes."""

from __future__ import annotations

import re
from pathlib import Path

import shapely

from data.intake.reading.features import REVIEW, Layer, Said
from data.intake.reading.tables import read_grid
from data.intake.tables import headers
from data.intake.tables.values import plain
from grid.refusals import Refused

_CRS = "EPSG:4490"
_SRID = re.compile(r"\s*SRID\s*=\s*\d+\s*;", re.IGNORECASE)
_DEEPEST = 8
"""Collections in collections: the parser of a text calls itself for each."""


def read_wkt_table(path: Path) -> Layer:
    """Return the outlines of a CSV file or a workbook; raises ``Refused('column_missing')``."""
    rows = [list(row) for row in read_grid(path, None).rows]
    names = [plain(cell) for cell in rows[0]] if rows else []
    at = next((i for i, n in enumerate(names) if headers.field_of(n, headers.BOUNDARIES) == "geometry"), None)
    if at is None:
        raise Refused("column_missing", column=headers.BOUNDARIES["geometry"][0])
    body = [(number, row) for number, row in enumerate(rows[1:], 2) if any(row)]
    texts = [_text(plain(row[at])) if at < len(row) else "" for _, row in body]
    outlines = shapely.from_wkt(texts, on_invalid="ignore")
    remarks: list[Said] = [
        (REVIEW, number, "geometry_unreadable", names[at], {})
        for (number, row), outline in zip(body, outlines, strict=True)
        if outline is None and at < len(row) and plain(row[at])
    ]
    attributes = {
        name: [row[i] if i < len(row) else None for _, row in body]
        for i, name in enumerate(names)
        if name and i != at
    }
    wkb = [None if outline is None else bytes(outline.wkb) for outline in outlines]
    return Layer(wkb, attributes, [number for number, _ in body], _CRS, remarks=remarks)


def _text(written: str) -> str:
    text = _SRID.sub("", written, count=1)
    return "" if text.upper().count("COLLECTION") > _DEEPEST else text
