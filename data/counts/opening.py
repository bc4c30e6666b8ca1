"""Opening the copy in force: its name comes from the database, which shows it to whole-city roles alone."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import numpy as np

from data.counts.files import Copied, open_copy
from data.counts.refreshing import TABLES, columns_of
from data.counts.snapshot import Snapshot
from grid.density_frame import DensityFrame
from grid.hotspots.counting_places import KnownAreas, PlaceBook
from grid.hotspots.counting_tables import RunningTable
from grid.hotspots.questions import CountsState
from grid.questions import DataVersion

_KEPT = 2
_PAGE_BYTES = 4096


class OpenCopies:
    """The copies that a process has open, by name: mapped, so that all processes share their pages."""

    def __init__(self, home: Path | None) -> None:
        self._home = home
        self._open: OrderedDict[str, Snapshot] = OrderedDict()

    def open(self, name: str) -> Snapshot | None:
        """Return a copy, none where its folder is gone."""
        snapshot = self._open.get(name)
        if snapshot is None and self._home is not None:
            copied = open_copy(self._home, name)
            if copied is not None:
                _touch(copied)
                self._open[name] = snapshot = snapshot_of(copied)
                while len(self._open) > _KEPT:
                    self._open.popitem(last=False)
        return snapshot


def _touch(copied: Copied) -> None:
    """Read a byte of every page, so that whoever asks first does not wait for each to be mapped."""
    for name, values in copied.arrays.items():
        if name != "base.id":
            values.reshape(-1).view(np.uint8)[::_PAGE_BYTES].max(initial=0)


def snapshot_of(copied: Copied) -> Snapshot:
    """Return what a folder holds."""
    header, arrays = copied.header, copied.arrays
    version = DataVersion(header["data_version"], datetime.fromisoformat(header["changed_at"]))
    frame = header["frame"]
    areas = KnownAreas(*(arrays[f"area.{name}"] for name in ("id", "level", "regular", "today")))
    return Snapshot(
        CountsState(version, header["rows"]),
        PlaceBook(areas, arrays["places"]),
        None
        if frame is None
        else DensityFrame(tuple(frame["bounds_m"]), frame["bandwidth_m"], frame["epsg"]),
        columns_of(copied, "base"),
        columns_of(copied, "plus"),
        columns_of(copied, "minus"),
        tuple(
            RunningTable(*(arrays[f"{name}.{field.name}"] for field in fields(RunningTable)))
            for name in TABLES
            if f"{name}.at" in arrays
        ),
    )
