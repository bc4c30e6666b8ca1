"""Boundaries: one level of areas from one file becomes an edition with shapes, borders and parents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from data.intake import outlines
from data.intake.attributes import Attributes, read_attributes, read_edition
from data.intake.features import CGCS2000, Features, read_features, tell_remarks
from data.intake.ledger import Ledger
from data.intake.outlines import Outlines
from data.intake.parents import Parentage, WiderAreas, find_parents
from data.intake.task import Task
from data.models import SRID
from data.writes import boundaries as writes
from data.writes import replacing
from data.writes.copying import analyze
from grid.areas import LEVELS, AreaKind, Level
from grid.metric import metric_epsg
from grid.refusals import Refused

OPTIONS = frozenset(
    {"level", "layer", "crs", "code_field", "name_field", "code_system", "vintage", "valid_from", "synthetic"}
)
_UNITS_AT = (Level.COUNTY, Level.TOWN)
_POLYGONAL = (3, 6, 7)
"""shapely's type ids of polygons, multipolygons and collections, which may hold them."""
_NOTABLE_CHANGE_M2 = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The areas of a file that can be taken in: outlines in degrees and in metres (``epsg``), by position."""

    attributes: Attributes
    lonlat: Outlines
    metric: Outlines
    epsg: int

    @property
    def functional(self) -> npt.NDArray[np.bool_]:
        """Which areas lie over the tree and are no part of the level's coverage."""
        return np.array([kind is AreaKind.FUNCTIONAL for kind in self.attributes.kinds], dtype=bool)


def import_boundaries(task: Task) -> None:
    """Import one level; raises ``Refused`` for a file that cannot be read as boundaries."""
    level = _level_of(task)
    task.progress("reading", 0, None)
    features = read_features(task.path, layer=task.options.get("layer"), preferred_layer=level.value)
    crs = task.options.get("crs") or features.crs
    if crs is None:
        raise Refused("crs_missing")
    task.ledger.rows = len(features.numbers)
    tell_remarks(features, task.ledger)
    task.progress("checking", 0, task.ledger.rows)
    draft = _make_draft(task, features, crs, level)
    if draft is None:
        return
    says = read_edition(features, task.options, task.today.year)
    head = writes.EditionHead(
        level, says.code_system, says.vintage, task.file_name, crs[:200], says.synthetic,
        _valid_from(task, level), task.batch_id,
    )  # fmt: skip
    task.progress("writing", 0, len(draft.lonlat))
    _write(task, head, draft)


def _level_of(task: Task) -> Level:
    text = task.options.get("level", "")
    if text not in set(LEVELS):
        raise Refused("level_unknown", levels="、".join(LEVELS))
    return Level(text)


def _valid_from(task: Task, level: Level) -> date:
    """Return the day given; a file without one corrects the edition in force and holds since the same day."""
    given = task.day_option("valid_from")
    return given or writes.first_day_in_force(task.session, level) or writes.EARLIEST


def _make_draft(task: Task, features: Features, crs: str, level: Level) -> Draft | None:
    """Return what can be taken in, none where every row is refused."""
    ledger = task.ledger
    attributes = read_attributes(features, task.options, ledger, level)
    taken = _usable(features, ledger)
    if not taken.any():
        return None
    to_degrees = outlines.transformer(crs, CGCS2000)
    given = outlines.project(shapely.force_2d(features.outlines[taken]), to_degrees)
    to_metres = outlines.transformer(CGCS2000, epsg := _metric_of(given))
    lonlat = outlines.repair(given)
    metric = outlines.repair(outlines.project(lonlat, to_metres))
    draft = Draft(attributes.take(taken), lonlat, metric, epsg)
    _tell_repairs(draft, given, outlines.project(given, to_metres), ledger)
    return _drop_empty(draft, ledger)


def _usable(features: Features, ledger: Ledger) -> npt.NDArray[np.bool_]:
    kinds = shapely.get_type_id(features.outlines)
    empty = (kinds < 0) | shapely.is_empty(features.outlines) | outlines.has_no_number(features.outlines)
    for i in np.flatnonzero(empty):
        ledger.refuse("geometry_missing", features.numbers[i])
    for i in np.flatnonzero(~empty & ~np.isin(kinds, _POLYGONAL)):
        ledger.refuse("geometry_not_area", features.numbers[i])
    return np.array([not ledger.refused(number) for number in features.numbers], dtype=bool)


def _metric_of(lonlat: Outlines) -> int:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(lonlat))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Refused("coordinates_not_degrees")
    return metric_epsg((west + east) / 2, (south + north) / 2)


def _tell_repairs(draft: Draft, given: Outlines, given_metric: Outlines, ledger: Ledger) -> None:
    change_m2 = np.abs(shapely.area(draft.metric) - shapely.area(given_metric))
    for i in np.flatnonzero(~shapely.is_valid(given)):
        tell = ledger.review if change_m2[i] > _NOTABLE_CHANGE_M2 else ledger.note
        name, area_m2 = draft.attributes.names[i], round(float(change_m2[i]))
        tell("geometry_repaired", draft.attributes.numbers[i], name=name, area_m2=area_m2)


def _drop_empty(draft: Draft, ledger: Ledger) -> Draft | None:
    full = shapely.area(draft.metric) > 0
    for i in np.flatnonzero(~full):
        ledger.refuse("geometry_missing", draft.attributes.numbers[i])
    if not full.any():
        return None
    return Draft(draft.attributes.take(full), draft.lonlat[full], draft.metric[full], draft.epsg)


def _write(task: Task, head: writes.EditionHead, draft: Draft) -> None:
    session, level = task.session, head.level
    to_degrees = outlines.transformer(draft.epsg, CGCS2000)
    labels = outlines.project(outlines.label_points(draft.metric), to_degrees)
    parents = _parents(task, level, draft, labels)
    ids = writes.insert_edition(session, head, _area_rows(draft, labels, parents))
    task.progress("shapes", 0, len(ids))
    for band, simple in outlines.simplify_bands(draft.metric, draft.functional).items():
        writes.insert_shapes(session, band, ids, _ewkb(outlines.repair(outlines.project(simple, to_degrees))))
    task.progress("borders", 0, len(ids))
    borders, faults = outlines.find_borders(draft.metric, draft.functional)
    pairs = zip(borders.first.tolist(), borders.second.tolist(), borders.length_m.tolist(), strict=True)
    writes.insert_borders(session, [(ids[a], ids[b], length_m) for a, b, length_m in pairs])
    _tell_faults(faults, task.ledger)
    replaced = replacing.replace_earlier(session, level, task.batch_id, head.valid_from)
    writes.adopt_children(session, level, task.batch_id)
    if level in _UNITS_AT:
        writes.create_area_units(session, ids)
    analyze(session, "area", "area_shape", "area_border")
    task.progress("placing", 0, None)
    anew = replacing.place_anew(session, level, task.batch_id, head.valid_from)
    _tell_replaced(task.ledger, head.valid_from, replaced, anew)
    if replaced is not None:
        lost = replacing.follow_scopes(session, task.principal_id).lost
        if lost:
            task.ledger.note("scopes_lost", count=lost)
    task.ledger.figures |= {
        "areas": len(ids),
        "functional": int(draft.functional.sum()),
        "borders": len(borders.first),
    }


def _ewkb(geometries: Outlines) -> list[str]:
    return list(shapely.to_wkb(shapely.set_srid(geometries, SRID), hex=True, include_srid=True))


def _area_rows(draft: Draft, labels: Outlines, parents: list[int | None]) -> list[writes.AreaRow]:
    said = draft.attributes
    area_km2 = (shapely.area(draft.metric) / 1e6).tolist()
    return [
        writes.AreaRow(*row)
        for row in zip(
            said.kinds, said.codes, said.names, parents, said.populations, area_km2,
            _ewkb(draft.lonlat), _ewkb(labels), strict=True,
        )
    ]  # fmt: skip


def _parents(task: Task, level: Level, draft: Draft, labels: Outlines) -> list[int | None]:
    """Return parent ids at the nearest wider level that there is."""
    wider = _wider_areas(task, level)
    if wider is None:
        return [None] * len(labels)
    said = draft.attributes
    found = find_parents(level, said.codes, said.parent_codes, labels, wider)
    for i, parentage in enumerate(found):
        _tell_parentage(task.ledger, said, i, parentage, wider)
    return [None if p.chosen is None else wider.ids[p.chosen] for p in found]


def _wider_areas(task: Task, level: Level) -> WiderAreas | None:
    for wide in reversed(LEVELS[: LEVELS.index(level)]):
        rows = [
            row for row in writes.read_areas_in_force(task.session, wide) if row[3] == AreaKind.REGULAR.value
        ]
        if rows:
            ids, codes, names, _, wkbs = zip(*rows, strict=True)
            return WiderAreas(list(ids), list(codes), list(names), np.array(shapely.from_wkb(wkbs)))
    return None


def _tell_parentage(
    ledger: Ledger, said: Attributes, i: int, parentage: Parentage, wider: WiderAreas
) -> None:
    number, name = said.numbers[i], said.names[i]
    if said.parent_codes[i] and parentage.by_code is None:
        ledger.review("parent_code_unknown", number, "", said.parent_codes[i], name=name)
    elif parentage.chosen is None:
        ledger.review("parent_unknown", number, "", said.codes[i], name=name)
    elif parentage.differ:
        by_code = "" if parentage.by_code is None else wider.names[parentage.by_code]
        by_place = "" if parentage.by_place is None else wider.names[parentage.by_place]
        ledger.review(
            "parent_differs", number, "", said.codes[i], name=name, by_code=by_code, by_place=by_place
        )


def _tell_faults(faults: outlines.Faults, ledger: Ledger) -> None:
    if faults.gaps:
        ledger.note("coverage_gaps", count=faults.gaps, metres=int(outlines.GAP_M))
    if faults.overlaps:
        ledger.note("coverage_overlaps", count=faults.overlaps, area_m2=round(faults.overlap_m2))


def _tell_replaced(
    ledger: Ledger, day: date, replaced: replacing.Replaced | None, anew: replacing.PlacedAnew
) -> None:
    if replaced is not None:
        ledger.note(
            "edition_replaced",
            areas=replaced.areas,
            without_successor=replaced.without_successor,
            moved=anew.moved,
            day=day.isoformat(),
        )
    if anew.left:
        ledger.note("matters_left", count=anew.left, day=day.isoformat())
    figures = {"matters_moved": anew.moved, "matters_placed": anew.placed}
    ledger.figures |= {name: count for name, count in figures.items() if count}
