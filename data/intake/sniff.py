"""What a file is, by its first bytes and never by its name; archives are measured before they are opened."""

from __future__ import annotations

import stat
import zipfile
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


class FileFormat(StrEnum):
    """The formats that are read; everything else is refused."""

    GEOJSON = "GeoJSON"
    GPKG = "GeoPackage"
    SHAPEFILE = "Shapefile"
    CSV = "CSV"
    XLSX = "XLSX"


def sniff(path: Path) -> FileFormat:
    """Return the format of a file; raises ``Refused`` with a code that names what it is instead."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("file_empty")
    if size > LARGEST_FILE:
        raise Refused("file_too_large", limit_mb=LARGEST_FILE // 2**20)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK"):
        return _sniff_archive(path)
    if head.startswith(b"SQLite format 3\0"):
        if head[68:70] == b"GP":
            return FileFormat.GPKG
        raise Refused("format_unknown")
    return _sniff_text(head)


def _sniff_text(head: bytes) -> FileFormat:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("format_old_xls")
    if head.startswith(b"\x00\x00\x27\x0a"):
        raise Refused("shapefile_not_zipped")
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in head and not utf16:
        raise Refused("format_unknown")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        raise Refused("format_markup")
    return FileFormat.GEOJSON if start.startswith(b"{") else FileFormat.CSV


def _sniff_archive(path: Path) -> FileFormat:
    with open_archive(path) as archive:
        names = archive.namelist()
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return FileFormat.XLSX
    if any(name.lower().endswith(".shp") for name in names):
        return FileFormat.SHAPEFILE
    raise Refused("format_unknown")


def open_archive(path: Path) -> zipfile.ZipFile:
    """Return an opened archive whose entries are few, not bloated, not encrypted and stay inside it."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
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
