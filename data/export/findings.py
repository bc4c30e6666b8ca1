"""Findings to CSV and GeoPackage: a line an area, with source, 审图号, definition, period, n and time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from data.export.rows import Cell
from data.export.sheets import csv_bytes, guard_text
from grid.areas import Area
from grid.hotspots.findings import AreaFinding
from grid.hotspots.withholding import HIDDEN

CRS = "EPSG:4490"
LAYER, ABOUT = "findings", "about"
TEXTS = ("code", "name", "verdict", "withheld")
NUMBERS = ("count", "population", "rate", "smoothed", "z", "p", "q")
COLUMNS = ("code", "name", "count", "withheld", "population", "rate", "smoothed", "z", "p", "q", "verdict")


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One area and what is said of it."""

    area: Area
    finding: AreaFinding


@dataclass(frozen=True, slots=True)
class Stamps:
    """What stands beside the numbers; ``as_of`` is when the data that was counted began (UTC)."""

    city: str
    source: str
    review_number: str
    synthetic: bool
    internal: bool
    definition: str
    method: str
    caveats: str
    chosen: str
    since: date
    until: date
    n: int
    as_of: datetime


def findings_csv(lines: Sequence[FindingLine], stamps: Stamps, say: Callable[..., str]) -> bytes:
    """Return a table as UTF-8 with a byte order mark; the stamps stand in every row, never lost."""
    told = [cell for _, cell in _told_stamps(stamps, say)]
    headers = [say(f"findings_export.column.{name}") for name in (*COLUMNS, *_stamp_names())]
    return csv_bytes(headers, [[*_cells(line, say), *told] for line in lines])


def findings_gpkg(
    lines: Sequence[FindingLine], stamps: Stamps, say: Callable[..., str], outlines: Mapping[int, Any]
) -> bytes:
    """Return a GeoPackage in EPSG:4490: the areas with their findings, and beside them what they are."""
    shapes = np.array([outlines.get(line.area.id) for line in lines], dtype=object)
    with tempfile.TemporaryDirectory(prefix="fengtu-findings-") as folder:
        path = Path(folder) / "findings.gpkg"
        rows = [dict(zip(COLUMNS, _cells(line, say), strict=True)) for line in lines]
        columns = {name: _column(name, [row[name] for row in rows]) for name in COLUMNS}
        _write(path, LAYER, columns, shapely.to_wkb(shapes))
        _write(path, ABOUT, _about(stamps, say), None)
        return path.read_bytes()


def _cells(line: FindingLine, say: Callable[..., str]) -> list[Cell]:
    """Return the cells of one line, in the order of ``COLUMNS``."""
    area, found = line.area, line.finding
    is_hidden = found.count == HIDDEN
    statistics = (_rounded(value) for value in (found.rate, found.smoothed, found.z, found.p, found.q))
    return [
        area.code,
        area.name,
        None if is_hidden else found.count,
        say("findings_export.small_count") if is_hidden else "",
        area.population,
        *statistics,
        say(f"findings_export.class.{found.verdict}"),
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def _stamp_names() -> list[str]:
    return [field.name for field in fields(Stamps)]


def _told_stamps(stamps: Stamps, say: Callable[..., str]) -> list[tuple[str, Cell]]:
    """Return the stamps by name, yes and no in words and the time with its zone."""

    def told(value: Any) -> Cell:
        if isinstance(value, bool):
            return say("audit.yes" if value else "audit.no")
        return value.isoformat() if isinstance(value, datetime) else value

    return [(name, told(value)) for name, value in zip(_stamp_names(), astuple(stamps), strict=True)]


def _about(stamps: Stamps, say: Callable[..., str]) -> dict[str, npt.NDArray[Any]]:
    told = _told_stamps(stamps, say)
    names = [say(f"findings_export.column.{name}") for name, _ in told]
    values = ["" if cell is None else guard_text(str(cell)) for _, cell in told]
    return {"item": np.array(names, dtype=object), "value": np.array(values, dtype=object)}


def _column(name: str, cells: Sequence[Cell]) -> npt.NDArray[Any]:
    if name in NUMBERS:
        return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    return np.array([guard_text(str(cell)) for cell in cells], dtype=object)


def _write(
    path: Path, layer: str, columns: Mapping[str, npt.NDArray[Any]], wkb: npt.NDArray[np.object_] | None
) -> None:
    pyogrio.raw.write(
        path,
        wkb,
        list(columns.values()),
        list(columns),
        layer=layer,
        driver="GPKG",
        geometry_type=None if wkb is None else "MultiPolygon",
        crs=None if wkb is None else CRS,
        append=path.exists(),
    )
