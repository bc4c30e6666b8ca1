"""Rows of the files: one frozen dataclass a kind, its fields named as in `data.intake.tables.headers`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from data.intake.tables import vocabulary
from data.intake.tables.headers import BY_KIND
from data.intake.tables.vocabulary import Repeat, Vocabulary
from grid.areas import AreaKind, Level
from grid.coverage import AssignmentKind
from grid.datums import Datum
from grid.findings import ImportKind
from grid.geocoding.names import NameKind, Parity
from grid.listings import ListingState
from grid.matters import BacklogTier, Category, Channel, Evaluation, Purpose, Stage, Track

Cell = str | int | float | date | None

_WORDS: dict[type[StrEnum], Vocabulary[Any]] = {
    Channel: vocabulary.CHANNELS,
    Purpose: vocabulary.PURPOSES,
    Category: vocabulary.CATEGORIES,
    Track: vocabulary.TRACKS,
    Stage: vocabulary.STAGES,
    Evaluation: vocabulary.EVALUATIONS,
    BacklogTier: vocabulary.BACKLOG_TIERS,
    ListingState: vocabulary.LISTING_STATES,
    AssignmentKind: vocabulary.ASSIGNMENT_KINDS,
    Level: vocabulary.LEVELS,
    Datum: vocabulary.DATUMS,
    Repeat: vocabulary.REPEATS,
    NameKind: vocabulary.ENTRY_KINDS,
    Parity: vocabulary.PARITIES,
}


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """One matter; ``lon`` and ``lat`` are degrees in ``datum``."""

    matter_no: str
    source: str
    channel: Channel
    purpose: Purpose
    category: Category
    track: Track
    stage: Stage
    received_on: date | None
    registered_on: date
    forwarded_on: date | None
    unit_received_on: date | None
    accepted_on: date | None
    noticed_on: date | None
    extension_days: int | None
    extended_on: date | None
    extension_approver: str | None
    extension_reason: str | None
    replied_on: date | None
    evaluated_on: date | None
    closed_on: date | None
    resubmitted_on: date | None
    repeat: Repeat
    submissions: int
    heads: int
    backlog: bool
    backlog_tier: BacklogTier | None
    backlog_resolved_on: date | None
    head_read_on: date | None
    evaluation: Evaluation | None
    unit: str | None
    address: str | None
    lon: float | None
    lat: float | None
    datum: Datum | None
    area_code: str | None


@dataclass(frozen=True, slots=True)
class GazetteerRow:
    """One name of the city; ``lon``, ``lat`` (EPSG:4490) only for a point, ``geometry`` WKT of a road."""

    name: str
    kind: NameKind
    level: Level
    area_code: str
    number_from: int | None = None
    number_to: int | None = None
    parity: Parity = Parity.ALL
    lon: float | None = None
    lat: float | None = None
    geometry: str | None = None


@dataclass(frozen=True, slots=True)
class ServicePointRow:
    """One service point with its station, agents by kind, and what it handled in a period."""

    county: str
    town: str
    station: str
    station_hours: str
    village: str
    area_code: str
    point: str
    lon: float | None
    lat: float | None
    cadre: int
    grid_worker: int
    volunteer: int
    handled: int
    resolved: int
    since: date | None
    until: date | None
    hours: str
    last_handled_on: date | None


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One unit's listing in one quarter; ``area_code`` and ``level`` are none for a department."""

    quarter: str
    unit: str
    area_code: str | None
    level: Level | None
    state: ListingState
    rank: int | None
    score: float | None
    reason: str
    listed_on: date | None
    approver: str


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One unit of the coverage annex. ``same_leader`` merges the leader's cells with the row above's.

    ``kind`` is how the leader answers for the unit; none is 包片, and an annex that says none has no column
    for it, as offices write theirs.
    """

    leader: str | None
    post: str | None
    unit: str
    cases: int | None
    remark: str = ""
    same_leader: bool = False
    kind: AssignmentKind | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    """The official coverage annex: its title with the total, notes, and rows."""

    title: str
    notes: tuple[str, ...]
    rows: tuple[AnnexRow, ...]
    stamps: tuple[str, ...] = ()
    """On every page: 内部资料, 演示数据."""


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryLayer:
    """Areas of one level as columns of one length; ``outlines`` are MultiPolygons in EPSG:4490."""

    level: Level
    codes: list[str]
    names: list[str]
    parent_codes: list[str | None]
    populations: list[int | None]
    kinds: list[AreaKind]
    code_systems: list[str]
    vintages: list[str]
    synthetic: list[bool]
    outlines: npt.NDArray[np.object_]


Row = PetitionRow | GazetteerRow | ServicePointRow | ListingRow


def headers_of(kind: ImportKind, row_type: type[Row]) -> list[str]:
    """Return the Chinese headers of a kind of file, one for each field of its rows."""
    known = BY_KIND[kind]
    return [known[field.name][0] for field in fields(row_type)]


def cells_of(row: Row) -> list[Cell]:
    """Return a row's cells in the order of its fields, enumerations in the words of the screens."""
    return [_cell(getattr(row, name)) for name in row.__slots__]


def _cell(value: object) -> Cell:
    if isinstance(value, StrEnum):
        return _WORDS[type(value)].word(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value  # type: ignore[return-value]
