"""Layers: outlines with attributes as a child gives them, whatever kind of file they stood in."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from data.intake.reading.frames import write_frame, write_json
from data.intake.sniff import FileFormat, sniff
from data.intake.tables.values import Cell
from grid.refusals import Refused

NOTE, REVIEW = "note", "review"
Said = tuple[str, int, str, str, dict[str, str | int]]
"""Weight, row number (0 for the file), code, column and facts of a remark."""
_BLOCK_BYTES = 16 * 2**20
_BAD_LETTERS = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@dataclass(slots=True)
class Layer:
    """Outlines as WKB (none where there is none or it cannot be read), attributes by column, row numbers."""

    wkb: Sequence[bytes | None]
    attributes: dict[str, list[Cell]]
    numbers: Sequence[int]
    crs: str | None
    layer: str = ""
    layers: Sequence[str] = ()
    encoding: str = ""
    encoding_stated: bool = True
    encodings: Sequence[str] = ()
    remarks: list[Said] = field(default_factory=list)


def hand_over_features(
    out: BinaryIO, path: Path, layer: str | None, preferred_layer: str, encoding: str | None
) -> None:
    """Write the features of a file."""
    read = _read(path, layer, preferred_layer, encoding)
    if not read.numbers:
        raise Refused("file_empty")
    for name, cells in read.attributes.items():
        _clean(name, cells, read)
        write_json(out, "column", [name, cells])
    _write_outlines(out, read.wkb)
    said = {name: getattr(read, name) for name in _SAID}
    write_json(out, "layer", said | {"numbers": list(read.numbers)})


_SAID = ("crs", "layer", "layers", "encoding", "encoding_stated", "encodings", "remarks")


def _read(path: Path, layer: str | None, preferred: str, encoding: str | None) -> Layer:
    form = sniff(path)
    if form is FileFormat.GEOJSON:
        from data.intake.reading.geojson import read_geojson

        return read_geojson(path)
    if form is FileFormat.GPKG:
        from data.intake.reading.geopackage import read_geopackage

        return read_geopackage(path, layer, preferred)
    if form is FileFormat.SHAPEFILE:
        from data.intake.reading.shapefile import read_shapefile

        return read_shapefile(path, layer, encoding)
    from data.intake.reading.wkt import read_wkt_table

    return read_wkt_table(path)


def _clean(name: str, cells: list[Cell], read: Layer) -> None:
    """Take out of texts what no database stores: NUL and halves of surrogate pairs."""
    for i, cell in enumerate(cells):
        if isinstance(cell, str) and (not cell.isascii() or "\0" in cell):
            whole = cell.translate(_BAD_LETTERS)
            if whole != cell:
                cells[i] = whole
                read.remarks.append((REVIEW, read.numbers[i], "text_unreadable", name, {}))


def _write_outlines(out: BinaryIO, outlines: Sequence[bytes | None]) -> None:
    sizes = array("q", (-1 if outline is None else len(outline) for outline in outlines))
    write_frame(out, "sizes", sizes.tobytes())
    block = bytearray()
    for outline in outlines:
        block += outline or b""
        if len(block) >= _BLOCK_BYTES:
            write_frame(out, "wkb", bytes(block))
            block.clear()
    write_frame(out, "wkb", bytes(block))
