"""What a file is, by its first bytes and never by its name; archives are measured before they are opened."""

from __future__ import annotations

import codecs
import re
import stat
import zipfile
from collections import Counter
from enum import StrEnum
from pathlib import Path, PurePosixPath

from grid.refusals import Refused

LARGEST_FILE = 512 * 2**20
LARGEST_CONTENT = 1024 * 2**20
"""Bytes that an archive may unfold to."""
MOST_ENTRIES = 1000
MOST_RATIO = 100
_RATIO_FROM = 4 * 2**20
"""Small entries may be compressed as well as they like."""
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|tr|style|div)[\s>]", re.IGNORECASE)
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$)")
"""What systems leave in archives."""


class FileFormat(StrEnum):
    """The formats that are read; everything else is refused."""

    GEOJSON = "GeoJSON"
    GPKG = "GeoPackage"
    SHAPEFILE = "Shapefile"
    CSV = "CSV"
    XLSX = "XLSX"
    XLS = "XLS"
    HTML = "HTML"
    SPREADSHEET_XML = "XML"
    """A workbook that Excel 2003 saved as one XML file."""


WORKBOOKS = frozenset({FileFormat.XLSX, FileFormat.XLS, FileFormat.HTML, FileFormat.SPREADSHEET_XML})
"""Sheets that are parsed apart from us."""


def sniff(path: Path) -> FileFormat:
    """Return the format of a file; raises ``Refused`` with a code that names what it is instead."""
    return sniff_head(path) or _sniff_archive(path)


def sniff_head(path: Path) -> FileFormat | None:
    """Return the format of a file as far as its first bytes tell: none for an archive, which stays shut."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("file_empty")
    if size > LARGEST_FILE:
        raise Refused("file_too_large", limit_mb=LARGEST_FILE // 2**20)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return None
    if head.startswith(_OLE):
        return FileFormat.XLS
    if head.startswith(b"SQLite format 3\0"):
        if head[68:70] == b"GP":
            return FileFormat.GPKG
        raise Refused("format_unknown")
    return _sniff_text(head)


def _sniff_text(head: bytes) -> FileFormat:
    if head.startswith(b"\x00\x00\x27\x0a"):
        raise Refused("shapefile_not_zipped")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", errors="ignore").encode(errors="ignore")
    elif b"\0" in head:
        raise Refused("format_unknown")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"<"):
        return _sniff_markup(start)
    if start.startswith((b"MIME-Version:", b"%PDF-", b"{\\rtf")):
        raise Refused("format_unknown")
    return FileFormat.GEOJSON if start.startswith(b"{") else FileFormat.CSV


def _sniff_markup(start: bytes) -> FileFormat:
    if _SPREADSHEET_XML in start and not _HTML.match(start):
        return FileFormat.SPREADSHEET_XML
    if _HTML.match(start):
        return FileFormat.HTML
    raise Refused("format_markup")


def _sniff_archive(path: Path) -> FileFormat:
    with open_archive(path) as archive:
        names = [name for name in archive.namelist() if not is_litter(name)]
    lower = [name.lower() for name in names]
    if any(name.startswith("xl/workbook.") for name in lower):
        if "xl/workbook.bin" in lower:
            raise Refused("format_other_workbook")
        return FileFormat.XLSX
    if "mimetype" in lower and "content.xml" in lower:
        raise Refused("format_other_workbook")
    if any(name.endswith(".shp") for name in lower):
        return FileFormat.SHAPEFILE
    if any(name.endswith((".zip", ".rar", ".7z")) for name in lower):
        raise Refused("zip_nested")
    raise Refused("format_unknown")


def is_litter(name: str) -> bool:
    """Return whether an archive's entry is what a system left there."""
    return _LITTER.search(name) is not None


def open_archive(path: Path) -> zipfile.ZipFile:
    """Return an opened archive whose entries are few, not bloated, not encrypted and stay inside it.

    Its directory is read whole: only a child process opens an archive of strangers.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        raise Refused("zip_broken") from None
    try:
        _check_entries(archive.infolist())
    except Refused:
        archive.close()
        raise
    return archive


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused("zip_too_many_entries", limit=MOST_ENTRIES)
    if sum(entry.file_size for entry in entries) > LARGEST_CONTENT:
        raise Refused("zip_too_large", limit_mb=LARGEST_CONTENT // 2**20)
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused("zip_path_unsafe")
        if entry.flag_bits & 1:
            raise Refused("zip_encrypted")
        if entry.file_size > _RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Refused("zip_too_large", limit_mb=LARGEST_CONTENT // 2**20)
    if max(Counter(entry.filename.lower() for entry in entries).values(), default=0) > 1:
        raise Refused("zip_name_twice")
