"""The files of a copy: written aside, synced and renamed, so that a folder of that name is whole or none.

A folder has a name that nobody can guess. What did not change since the copy before is a hard link to it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FORMAT = 2
"""Raised whenever what the files hold changes: a copy of another format is not read."""
HEADER = "header.json"
_ASIDE = ".aside"
_OLD_S = 120.0
"""How long a folder out of force stays, for those who have just read its name."""
Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy's folder, opened: its header, and its arrays mapped from their files, read-only."""

    folder: Path
    header: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]


def write_copy(home: Path, header: Mapping[str, Any], arrays: Arrays, linked: Copied | None = None) -> str:
    """Write a folder and return its name; arrays of ``linked`` that are not given anew are linked to."""
    name = secrets.token_urlsafe(24)
    with _aside(home, name) as folder:
        sums = {}
        for array, values in arrays.items():
            sums[array] = _write_array(folder / f"{array}.npy", values)
        if linked is not None:
            for array in linked.arrays.keys() - arrays.keys():
                os.link(linked.folder / f"{array}.npy", folder / f"{array}.npy")
                sums[array] = linked.header["sums"][array]
        text = json.dumps({**header, "format": FORMAT, "sums": sums}, indent=1)
        _write(folder / HEADER, text.encode())
    return name


def open_copy(home: Path, name: str) -> Copied | None:
    """Open a folder; none where it is not there (any more) or of another format."""
    folder = home / name
    try:
        header = json.loads((folder / HEADER).read_text())
        if header["format"] != FORMAT:
            return None
        arrays = {each: _map(folder / f"{each}.npy") for each in header["sums"]}
    except FileNotFoundError:
        return None
    return Copied(folder, header, arrays)


def is_whole(copied: Copied) -> bool:
    """Return whether every array is as it was written, byte by byte."""
    sums = copied.header["sums"]
    return all(_sum(copied.folder / f"{name}.npy") == sums[name] for name in sums)


def drop_old(home: Path, in_force: str | None) -> None:
    """Delete folders that are no longer in force, and what a killed worker left half written."""
    if not home.is_dir():
        return
    for folder in home.iterdir():
        if folder.name != in_force and time.time() - folder.stat().st_mtime > _OLD_S:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _aside(home: Path, name: str) -> Iterator[Path]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = home / f"{_ASIDE}-{name}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
        _sync(folder)
        folder.rename(home / name)
        _sync(home)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write_array(path: Path, values: npt.NDArray[Any]) -> int:
    with path.open("xb") as file:
        np.save(file, np.ascontiguousarray(values))
        file.flush()
        os.fsync(file.fileno())
    return _sum(path)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _map(path: Path) -> npt.NDArray[Any]:
    values: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    # A plain view: every slice of a memmap would be one again, at a cost.
    return values.view(np.ndarray)


def _sum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total = zlib.crc32(block, total)
    return total


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
