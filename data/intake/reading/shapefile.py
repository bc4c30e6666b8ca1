"""Shapefiles in an archive: the parts that belong together, and an encoding that is stated or proved."""

from __future__ import annotations

import codecs
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.intake.reading.features import REVIEW, Layer
from data.intake.reading.gdal import cell, gdal, remarks_on
from data.intake.sniff import is_litter, open_archive
from data.intake.tables.values import Cell
from grid.refusals import Refused

_NEEDED = (".shp", ".shx", ".dbf")
_SIDECARS = (*_NEEDED, ".prj", ".cpg")
_CHINESE = {"gbk", "gb2312", "cp936", "936", "gb18030", "ansi 936"}
_LANGUAGE_GBK = 0x4D
"""dBASE's mark (byte 29) of a table in code page 936."""
_TRIED = ("utf-8", "gb18030")
_LONGEST_LETTER = 4
_AS_IT_STANDS = "ISO-8859-1"
"""Lets every byte through GDAL unchanged."""


@dataclass(frozen=True, slots=True)
class _Encoding:
    """The encoding of a table's texts, whether the file or the user states it, and all that fit."""

    name: str
    stated: bool
    clean: tuple[str, ...]


def read_shapefile(path: Path, layer: str | None, encoding: str | None) -> Layer:
    """Return the features of a zipped Shapefile; raises ``Refused``."""
    with open_archive(path) as archive:
        entries = {_name_of(entry): entry for entry in archive.infolist() if not is_litter(entry.filename)}
        stems = {
            str(p.with_suffix("")): p.stem for p in map(PurePosixPath, entries) if p.suffix.lower() == ".shp"
        }
        chosen = [stem for stem, name in stems.items() if layer in (None, name)]
        if len(chosen) != 1:
            raise Refused("layer_unknown", layers="、".join(stems.values()))
        _unpack(archive, entries, chosen[0])
    found = _find_encoding(encoding)
    with gdal() as pyogrio:
        meta, fids, geometry, columns = pyogrio.raw.read(
            Path("layer.shp"),
            encoding=_AS_IT_STANDS,
            force_2d=True,
            return_fids=True,
            datetime_as_string=True,
        )
    numbers = [int(fid) + 1 for fid in fids]
    read = Layer(list(geometry), {}, numbers, meta["crs"], stems[chosen[0]], list(stems.values()))
    read.encoding, read.encoding_stated, read.encodings = found.name, found.stated, found.clean
    read.remarks = remarks_on(meta["geometry_type"], len(fids))
    for name, column in zip(meta["fields"], columns, strict=True):
        _take(read, str(name), [cell(value) for value in column.tolist()])
    return read


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; Chinese systems write it in GBK and do not say so."""
    name = entry.filename.replace("\\", "/")
    if entry.flag_bits & 0x800 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _unpack(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], stem: str) -> None:
    """Unpack what belongs to one Shapefile, under names of ours."""
    for name, entry in entries.items():
        inside = PurePosixPath(name)
        suffix = inside.suffix.lower()
        if str(inside.with_suffix("")) == stem and suffix in _SIDECARS:
            try:
                with archive.open(entry) as source, Path(f"layer{suffix}").open("wb") as target:
                    shutil.copyfileobj(source, target)
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
                raise Refused("zip_broken") from None
    for suffix in _NEEDED:
        if not Path(f"layer{suffix}").exists():
            raise Refused("shapefile_part_missing", part=suffix)
    if Path("layer.shp").read_bytes()[:4] != b"\x00\x00\x27\x0a":
        raise Refused("layer_broken")


def _find_encoding(given: str | None) -> _Encoding:
    """Return the encoding: the one given, else the one that the file states and keeps, else what fits."""
    texts = set(_texts(Path("layer.dbf").read_bytes()))
    foreign = {(text, width) for text, width in texts if not text.isascii()}
    clean = tuple(name for name in _TRIED if all(_fits(*text, name) for text in foreign))
    stated = _lookup(given) if given else _stated()
    if stated is not None:
        if not all(_fits(*text, stated) for text in foreign):
            raise Refused(
                "encoding_contradicted", stated=stated.upper(), fitting="、".join(clean).upper() or "—"
            )
        # Texts that are UTF-8 throughout are hardly ever anything else, whatever a .cpg says.
        sure = bool(given) or not foreign or stated == "utf-8" or "utf-8" not in clean
        return _Encoding(stated, sure, clean)
    if not clean:
        raise Refused("encoding_unknown")
    return _Encoding(clean[0], not foreign, clean)


def _stated() -> str | None:
    cpg = Path("layer.cpg")
    said = cpg.read_text(encoding="ascii", errors="ignore").strip().lower()[:40] if cpg.exists() else ""
    if said:
        return _lookup(said)
    with Path("layer.dbf").open("rb") as file:
        return "gb18030" if file.read(30)[29:30] == bytes([_LANGUAGE_GBK]) else None


def _lookup(said: str) -> str:
    name = said.strip().lower()
    if name in _CHINESE:
        return "gb18030"
    try:
        found = codecs.lookup(f"cp{name}" if name.isdigit() else name).name
        b"a".decode(found)  # what codecs do to bytes alone is no encoding
        return found
    except (LookupError, ValueError):
        raise Refused("encoding_unknown") from None


def _texts(table: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the texts and field names of a dBASE table as they stand, each with the width of its field.

    A head of 32 bytes (length of all heads at 8, of a record at 10), then heads of 32 bytes a field: a name
    in 11, the kind at 11, the width at 16, ended by 0x0D; every record begins with a mark of deletion.
    """
    if len(table) < 32:
        raise Refused("layer_broken")
    start, width = struct.unpack_from("<HH", table, 8)
    fields, offset, at = [], 1, 32
    while at + 32 <= min(len(table), start) and table[at] != 0x0D:
        yield table[at : at + 11].split(b"\0")[0], 10
        if table[at + 11 : at + 12] in (b"C", b"c"):
            fields.append((offset, table[at + 16]))
        offset += table[at + 16]
        at += 32
    if width < 1 or start < 33:
        raise Refused("layer_broken")
    for record in range(start, len(table), width):
        for offset, size in fields:
            yield table[record + offset : record + offset + size].rstrip(b" \0"), size


def _fits(text: bytes, width: int, encoding: str) -> bool:
    """Return whether a text can be read in an encoding, but for a letter that its field cut in two."""
    try:
        text.decode(encoding)
    except UnicodeDecodeError as fault:
        return fault.end >= len(text) >= width and len(text) - fault.start < _LONGEST_LETTER
    except LookupError:
        return False
    return True


def _take(read: Layer, name: str, cells: Sequence[Cell]) -> None:
    column = name.encode(_AS_IT_STANDS, errors="ignore").decode(read.encoding, errors="ignore")
    taken: list[Cell] = []
    for number, value in zip(read.numbers, cells, strict=True):
        if not isinstance(value, str) or value.isascii():
            taken.append(value)
            continue
        raw = value.encode(_AS_IT_STANDS, errors="ignore")
        text = raw.decode(read.encoding, errors="ignore")
        if len(text.encode(read.encoding)) < len(raw):
            read.remarks.append((REVIEW, number, "text_cut", column, {}))
        taken.append(text)
    read.attributes[column] = taken
