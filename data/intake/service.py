"""Service network 代办: a row a point, with its station, headcounts by kind and what it handled."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from data.intake.areas import AreaBook
from data.intake.personal.persons import redact
from data.intake.points import DATUM_OPTIONS, RawPoint, datum_option, read_raw_point, settle_points
from data.intake.tables import profiles
from data.intake.tables.profiles import keep_table, read_task_table
from data.intake.tables.rows import RowReader
from data.intake.task import Task
from data.writes.service import AGENT_KINDS, PointRow, Station, write_points, write_stations
from grid.areas import Area, Level
from grid.datums import Datum
from grid.findings import ImportKind

OPTIONS = profiles.OPTIONS | DATUM_OPTIONS


def import_service_points(task: Task) -> None:
    """Import stations and points; known ones are updated in place."""
    task.progress("reading", 0, None)
    table = read_task_table(task, ImportKind.SERVICE_POINTS, fill=("county", "town", "station"))
    reader = _ServiceReader(AreaBook.load(task.session), datum_option(task.options))
    for row in table.rows:
        reader.read(RowReader(row, table, task.ledger, task.today))
    for header, count in reader.blanks.items():
        task.ledger.note("column_defaulted", 0, header, count=count, word="0")
    reader.settle_locations(task)
    task.progress("writing", 0, len(reader.points))
    write_stations(task.session, task.batch_id, reader.stations)
    write_points(task.session, task.batch_id, list(reader.points.values()), set(table.header))
    keep_table(task, table)
    task.ledger.figures |= {
        "stations": len(reader.stations),
        "points": len(reader.points),
        "agents": sum(sum(point.agents.values()) for point in reader.points.values()),
        "handled": sum(point.handled for point in reader.points.values()),
        "resolved": sum(point.resolved for point in reader.points.values()),
    }


class _ServiceReader:
    """Collects stations by town id and points by village and name."""

    def __init__(self, areas: AreaBook, datum: Datum) -> None:
        self._areas = areas
        self._datum = datum
        self.stations: dict[int, Station] = {}
        self.points: dict[tuple[int, str], PointRow] = {}
        self._raw: dict[tuple[int, str], RawPoint | None] = {}
        self.blanks: Counter[str] = Counter()
        """Blank counts, taken for zero, by header."""

    def settle_locations(self, task: Task) -> None:
        """Give the points their locations, once the datum of all of them is settled."""
        located = settle_points(task, [self._raw[key] for key in self.points])
        for (key, point), location in zip(list(self.points.items()), located, strict=True):
            self.points[key] = replace(point, location=location)

    def read(self, row: RowReader) -> None:
        """Read one row: a point with its station, or a station alone where no point is named."""
        area = self._area(row)
        if area is None:
            return
        station = row.text("station", 100)
        name = row.text("point", 100)
        if not name and not station:
            row.refuse("value_missing", "point")
        point = self._point(row, area, name) if name else None
        if row.refused:
            return
        town = self._areas.ancestor(area, Level.TOWN)
        if station and town is not None:
            self._add_station(row, town.id, Station(station, self._station_hours(row, alone=not name)))
        if point is not None:
            self.points[area.id, name] = point

    def _area(self, row: RowReader) -> Area | None:
        """Return the row's village, or its town where it is a station without a point."""
        code = row.code("area_code")
        names = row.text("village"), row.text("town"), row.text("county")
        if row.refused:
            return None
        area = self._areas.by_code(code) if code else None
        if area is None and not code:
            area = (
                self._areas.by_names(Level.VILLAGE, *names)
                if names[0]
                else self._areas.by_names(Level.TOWN, *names[1:])
            )
        if area is None:
            row.refuse("area_unknown", "area_code" if code else "village")
        elif names[0] and area.level is Level.VILLAGE and area.name != names[0]:
            row.review("code_and_name_differ", "village", name=area.name)
        return area

    def _point(self, row: RowReader, area: Area, name: str) -> PointRow | None:
        if area.level is not Level.VILLAGE:
            row.refuse("village_expected", "area_code")
        if (area.id, name) in self.points:
            row.refuse("duplicate_in_file", "point", times=2)
        handled, resolved = self._count(row, "handled"), self._count(row, "resolved")
        if resolved > handled:
            row.refuse("resolved_exceeds_handled", "resolved", handled=handled, resolved=resolved)
        since, until = row.day("since"), row.day("until")
        if since is not None and until is not None and until < since:
            row.refuse("dates_out_of_order", "until", earlier=row.header("since"), later=row.header("until"))
        # Never quoted in a finding: where a name stands instead of a number, it is a person's.
        agents = {kind: self._count(row, kind, quote=False) for kind in AGENT_KINDS}
        last = row.day("last_handled_on")
        _compare(row, handled, since, until, last)
        self._raw[area.id, name] = read_raw_point(row, area.code, self._datum)
        hours = _hours(row, "hours")
        return PointRow(area.id, name, None, handled, resolved, since, until, agents, hours, last)

    def _count(self, row: RowReader, field: str, *, quote: bool = True) -> int:
        number = row.count(field, quote=quote)
        if number is None and row.header(field) and not row.refused:
            self.blanks[row.header(field)] += 1
        return number or 0

    def _station_hours(self, row: RowReader, *, alone: bool) -> str | None:
        """Return a station's hours, none where the row does not say; those of a station alone are its own."""
        return _hours(row, "station_hours") or (_hours(row, "hours") if alone else "") or None

    def _add_station(self, row: RowReader, town_id: int, station: Station) -> None:
        known = self.stations.setdefault(town_id, station)
        if known.name != station.name:
            row.review("station_differs", "station", name=known.name)
        elif known.hours is None:
            self.stations[town_id] = station
        elif station.hours not in {None, known.hours}:
            row.review("hours_differ", "station_hours", hours=known.hours)


def _hours(row: RowReader, field: str) -> str:
    """Return opening hours in words; a telephone number among them is blanked."""
    return redact(row.text(field, 100))[0]


def _compare(row: RowReader, handled: int, since: date | None, until: date | None, last: date | None) -> None:
    """Ask about a last day that the counts of its row contradict."""
    if since is None or until is None or last is None:
        return
    if (handled and last < since) or (not handled and since <= last <= until):
        row.review("last_day_and_count_differ", "last_handled_on", handled=handled)
