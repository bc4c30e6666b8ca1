"""Petitions: the matters of a file, each key once, placed and written; accusations have no place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from data.geocode.placer import Placer
from data.intake import profiles
from data.intake.ledger import Ledger
from data.intake.matters import Matter, MatterReader
from data.intake.persons import ENOUGH
from data.intake.rows import RowReader
from data.intake.tables import Table
from data.intake.task import Task
from data.models import SRID
from data.writes import petitions as writes
from grid.findings import ImportKind
from grid.matters import Purpose
from grid.places import Granularity, Place, PlaceReason, PlaceRequest, PlaceStatus
from grid.refusals import Refused

OPTIONS = profiles.OPTIONS | {"datum", "purpose", "keep_text"}
_TELL_EVERY = 2000
_NOWHERE: tuple[object, ...] = (None, None, None, "", None, None, None, None, None, None, None, [], [])
"""The place fields of a matter without a place."""


def import_petitions(task: Task) -> None:
    """Import matters; raises ``Refused`` for a file that is no such table."""
    task.progress("reading", 0, None)
    table = profiles.read_task_table(task, ImportKind.PETITIONS)
    matters = _read_all(task, table)
    task.progress("placing", 0, len(matters))
    places = _place(task, table, matters)
    profiles.keep_table(task, table)
    task.progress("writing", 0, len(matters))
    _write(task, matters, places)


def _read_all(task: Task, table: Table) -> dict[int, Matter]:
    """Return the matters by row number, each key of the file once.

    Raises ``Refused('matter_no_is_personal')`` where persons' numbers stand for many of the matters'.
    """
    reader = MatterReader(task)
    matters: dict[int, Matter] = {}
    for done, row in enumerate(table.rows):
        if done % _TELL_EVERY == 0:
            task.progress("checking", done, len(table.rows))
        matter = reader.read(RowReader(row, table, task.ledger, task.today))
        if matter is not None:
            matters[row.number] = matter
    if reader.personal_numbers and reader.personal_numbers >= ENOUGH * len(table.rows):
        raise Refused("matter_no_is_personal", column=table.header["matter_no"])
    reader.tell_defaults()
    return _each_once(matters, table, task.ledger)


def _each_once(matters: dict[int, Matter], table: Table, ledger: Ledger) -> dict[int, Matter]:
    seen: dict[tuple[str, str], list[int]] = {}
    for number, matter in matters.items():
        seen.setdefault((matter.source, matter.matter_no), []).append(number)
    for numbers in seen.values():
        if len(numbers) > 1:
            if any(matters[number].purpose is Purpose.ACCUSATION for number in numbers):
                # The number of one is the number of all.
                for number in numbers:
                    ledger.hush(number)
            _settle_duplicates(matters, numbers, table, ledger)
    return matters


def _settle_duplicates(
    matters: dict[int, Matter], numbers: Sequence[int], table: Table, ledger: Ledger
) -> None:
    first = matters[numbers[0]]
    column = table.header["matter_no"]
    if all(matters[number] == first for number in numbers):
        for number in numbers[1:]:
            ledger.note("duplicate_identical", number, column, first.matter_no, first_row=numbers[0])
            del matters[number]
        return
    for number in numbers:
        ledger.refuse("duplicate_in_file", number, column, first.matter_no, times=len(numbers))
        del matters[number]


def _place(task: Task, table: Table, matters: dict[int, Matter]) -> dict[int, Place]:
    """Place every matter that may have a place; what is not certain sends its row to review."""
    wanted = {number: matter.where for number, matter in matters.items() if matter.where is not None}
    found = Placer.load(task.session).place(list(wanted.values()))
    places = dict(zip(wanted, found, strict=True))
    for number, place in places.items():
        task.ledger.tally(_figure_of(place))
        if place.status is not PlaceStatus.ACCEPTED:
            _tell(task.ledger, table, number, wanted[number], _finding_of(place))
    return places


def _tell(ledger: Ledger, table: Table, number: int, where: PlaceRequest, code: str) -> None:
    """Send a row to review for its place, with its coordinates where they are wrong, else its address."""
    coordinates = code.startswith("place_coordinate")
    original = f"{where.lon}, {where.lat}" if coordinates else where.address
    ledger.review(code, number, table.header.get("lon" if coordinates else "address", ""), original)


def _finding_of(place: Place) -> str:
    """Return the finding's code: the first reason that is more than a remark, else the status."""
    reasons = (reason for reason in place.reasons if reason is not PlaceReason.DATUM_ASSUMED)
    return f"place_{next(reasons, place.status.value)}"


def _figure_of(place: Place) -> str:
    if place.granularity is Granularity.NONE:
        return "unplaced"
    finest = Granularity.POINT if place.granularity is Granularity.BUILDING else place.granularity
    return f"placed_{finest.value}"


def _write(task: Task, matters: dict[int, Matter], places: dict[int, Place]) -> None:
    points = _ewkb(places)
    rows = (
        (
            number,
            matter.source,
            *(getattr(matter, field) for field in writes.MATTER_FIELDS),
            *_place_fields(matter, places.get(number), points.get(number)),
        )
        for number, matter in matters.items()
    )
    writes.stage(task.session, rows)
    written = writes.write_staged(task.session, task.batch_id)
    for number in written.updated_rows:
        task.ledger.note("matter_updated", number)
    task.ledger.figures |= {
        "inserted": written.inserted,
        "updated": len(written.updated_rows),
        "unchanged": written.unchanged,
    }


def _ewkb(places: dict[int, Place]) -> dict[int, str]:
    pointed = {number: place for number, place in places.items() if place.lon is not None}
    lonlat = np.array([(place.lon, place.lat) for place in pointed.values()], dtype=np.float64).reshape(-1, 2)
    points = shapely.set_srid(shapely.points(lonlat), SRID)
    return dict(zip(pointed, shapely.to_wkb(points, hex=True, include_srid=True), strict=True))


def _place_fields(matter: Matter, place: Place | None, point: str | None) -> tuple[object, ...]:
    if place is None or matter.where is None:
        return _NOWHERE
    datum = None if matter.where.lon is None else matter.where.datum
    return (
        place.status, place.granularity, place.method, matter.where.address, datum, point,
        place.county_id, place.town_id, place.village_id, place.grid_id, place.functional_id,
        list(place.reasons), list(place.candidates),
    )  # fmt: skip
