"""Placing tables kept under the home: built once for the outlines of a level, memory-mapped ever after."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

import grid.placing
from grid.placing import PlacingTable, build_table
from grid.placing.frame import Frame

_HEAD = "table.json"
_ASIDE = ".aside-"
_UNUSED_S = 30 * 24 * 3600.0
_LOG = logging.getLogger("fengtu.placing")


class PlacingTables:
    """Gives the placing tables of outlines, from a folder where they are kept there, else builds them.

    A table's name is a digest of the outlines in their order and of the program that builds it, so that one
    is never out of date. Any number of processes may use the folder. Where it cannot be written, tables are
    built and not kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, geometries: npt.NDArray[np.object_]) -> PlacingTable:
        """Return the table of polygons in order, degrees in EPSG:4490."""
        folder = self._folder / _digest(geometries)
        kept = _read(folder)
        if kept is not None:
            return kept
        table = build_table(geometries)
        try:
            self._keep(table, folder)
        except OSError as error:
            _LOG.warning("a placing table could not be kept: %s", type(error).__name__)
        return table

    def _keep(self, table: PlacingTable, folder: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._drop_unused()
        with _aside(self._folder) as aside:
            for name, array in table.arrays().items():
                with (aside / f"{name}.npy").open("wb") as file:
                    np.save(file, array, allow_pickle=False)
                    os.fsync(file.fileno())
            with (aside / _HEAD).open("w", encoding="utf-8") as file:
                json.dump({"areas": table.areas, "frame": asdict(table.frame)}, file)
                file.flush()
                os.fsync(file.fileno())
            _put(aside, folder)

    def _drop_unused(self) -> None:
        """Remove what no process asked for in a month, and what a process that died left half written."""
        for folder in self._folder.iterdir():
            if time.time() - folder.stat().st_mtime > _UNUSED_S:
                shutil.rmtree(folder, ignore_errors=True)


def _put(aside: Path, folder: Path) -> None:
    """Move a finished table to its place; of several processes that built it the first one's stays."""
    if folder.exists() and _read(folder) is None:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        aside.rename(folder)
    except OSError:
        if not folder.exists():
            raise


@contextmanager
def _aside(parent: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(folder: Path) -> PlacingTable | None:
    """Return a kept table, none where there is none or it is damaged."""
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
        names = [name for name in PlacingTable.__slots__ if name not in head]
        # As plain arrays: numpy's own class for mapped ones is slow to take parts of.
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in names}
        os.utime(folder)
        return PlacingTable(frame=Frame(**head["frame"]), areas=head["areas"], **arrays)
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        return None


def _digest(geometries: npt.NDArray[np.object_]) -> str:
    digest = hashlib.sha256(_program())
    for wkb in shapely.to_wkb(geometries):
        digest.update(len(wkb).to_bytes(8, "little"))
        digest.update(wkb)
    return digest.hexdigest()[:40]


@cache
def _program() -> bytes:
    """Return a digest of the program that builds tables: what another one built is not taken for ours."""
    digest = hashlib.sha256()
    for path in sorted(Path(grid.placing.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
