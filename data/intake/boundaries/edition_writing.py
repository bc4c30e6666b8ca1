"""Writing an edition: its areas with shapes and borders, what it closes, what it has in common with that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import shapely

from data.intake.boundaries import coverage_report, outlines
from data.intake.boundaries.coverage_report import Pieces
from data.intake.boundaries.drafts import Draft
from data.intake.boundaries.known_areas import FormerAreas, KnownAreas
from data.intake.boundaries.outlines import CGCS2000, Outlines, Overlaps
from data.intake.ledger import Ledger
from data.intake.task import Task
from data.models import SRID
from data.writes import boundaries as writes
from data.writes import crosswalks, editions, replacing
from data.writes.copying import analyze
from grid.areas import AreaKind, Level

_UNITS_AT = (Level.COUNTY, Level.TOWN)


def write_edition(
    task: Task, head: writes.EditionHead, draft: Draft, parents: list[int | None], known: KnownAreas
) -> None:
    """Write a draft as the level's edition in force and tell the ledger and the inquiry what came of it."""
    session, level = task.session, head.level
    editions.remember(session)
    edition_id, ids = writes.insert_edition(session, head, _area_rows(task, level, draft, parents))
    _write_shapes(task, draft, ids)
    overlaps = _write_borders(task, draft, ids)
    replaced = replacing.replace_earlier(session, level, task.batch_id, head.valid_from)
    writes.adopt_children(session, level, task.batch_id)
    if level in _UNITS_AT:
        writes.create_area_units(session, ids)
    analyze(session, "area", "area_shape", "area_border")
    task.progress("placing", 0, None)
    anew = replacing.place_anew(session, level, task.batch_id, head.valid_from)
    _tell_replaced(task.ledger, head.valid_from, replaced, anew)
    if replaced is not None and known.former is not None:
        task.progress("crosswalk", 0, len(ids))
        task.ledger.figures["crosswalk"] = _write_crosswalk(task, level, draft, ids, known.former)
    editions.record_changes(session, edition_id)
    _report_coverage(task, draft, overlaps, _across(task, draft, ids, parents, known))
    if replaced is not None:
        _follow_scopes(task)
    task.ledger.figures |= {"areas": len(ids), "functional": int(draft.functional.sum())}


def ewkb(geometries: Outlines) -> list[str]:
    """Return geometries in degrees as the database takes them."""
    return list(shapely.to_wkb(shapely.set_srid(geometries, SRID), hex=True, include_srid=True))


def _area_rows(task: Task, level: Level, draft: Draft, parents: list[int | None]) -> list[writes.AreaRow]:
    said = draft.attributes
    area_km2 = (shapely.area(draft.metric) / 1e6).tolist()
    rows = [
        writes.AreaRow(*row)
        for row in zip(
            said.kinds, said.codes, said.names, parents, said.populations, area_km2,
            ewkb(draft.lonlat), ewkb(draft.labels), draft.originals, strict=True,
        )
    ]  # fmt: skip
    if not any(draft.carried):
        return rows
    kept = writes.read_carried(task.session, level)
    return [
        row
        if not carried
        else replace(
            row, parent_id=kept[carried].parent_id, population=kept[carried].population,
            original=kept[carried].original, code_system=kept[carried].code_system,
            vintage=kept[carried].vintage, population_on=kept[carried].population_on,
        )
        for row, carried in zip(rows, draft.carried, strict=True)
    ]  # fmt: skip


def _write_shapes(task: Task, draft: Draft, ids: list[int]) -> None:
    task.progress("shapes", 0, len(ids))
    to_degrees = outlines.transformer(draft.epsg, CGCS2000)
    for band, simple in outlines.simplify_bands(draft.metric, draft.functional).items():
        shapes = ewkb(outlines.repair(outlines.project(simple, to_degrees)))
        writes.insert_shapes(task.session, band, ids, shapes)


def _write_borders(task: Task, draft: Draft, ids: list[int]) -> Overlaps:
    task.progress("borders", 0, len(ids))
    borders, overlaps = outlines.find_borders(draft.metric, draft.functional)
    pairs = zip(borders.first.tolist(), borders.second.tolist(), borders.length_m.tolist(), strict=True)
    writes.insert_borders(task.session, [(ids[a], ids[b], length_m) for a, b, length_m in pairs])
    task.ledger.figures["borders"] = len(borders.first)
    return overlaps


def _write_crosswalk(task: Task, level: Level, draft: Draft, ids: list[int], former: FormerAreas) -> int:
    metric = outlines.project(former.outlines, outlines.transformer(CGCS2000, draft.epsg))
    pairs = 0
    for functional in (False, True):
        kind = AreaKind.FUNCTIONAL.value if functional else AreaKind.REGULAR.value
        old = np.array([each == kind for each in former.kinds], dtype=bool)
        new = draft.functional == functional
        if old.any() and new.any():
            before = crosswalks.Side(_taken(former.ids, old), former.outlines[old], metric[old])
            after = crosswalks.Side(_taken(ids, new), draft.lonlat[new], draft.metric[new])
            pairs += crosswalks.write_crosswalk(task.session, level, before, after)
    return pairs


def _taken(ids: list[int], mask: outlines.Mask) -> list[int]:
    return [ids[i] for i in np.flatnonzero(mask)]


def _across(
    task: Task, draft: Draft, ids: list[int], parents: list[int | None], known: KnownAreas
) -> list[Pieces]:
    """Return where this level and the ones beside it do not agree."""
    change = outlines.transformer(CGCS2000, draft.epsg)
    own = np.flatnonzero(~draft.functional)
    metric, names = draft.metric[own], [draft.attributes.names[i] for i in own]
    found: list[Pieces] = []
    if known.wider is not None:
        at = {area: i for i, area in enumerate(known.wider.ids)}
        parent_of = np.array([at.get(parents[i] or 0, -1) for i in own], dtype=np.int64)
        wide = outlines.project(known.wider.outlines, change)
        found += coverage_report.find_across(metric, names, parent_of, wide, known.wider.names)
    if known.narrower is not None:
        at = {ids[i]: k for k, i in enumerate(own)}
        given = writes.read_parents(task.session, known.narrower.ids)
        parent_of = np.array([at.get(given.get(i, 0), -1) for i in known.narrower.ids], dtype=np.int64)
        children = outlines.project(known.narrower.outlines, change)
        found += coverage_report.find_across(children, known.narrower.names, parent_of, metric, names)
    return found


def _report_coverage(task: Task, draft: Draft, overlaps: Overlaps, across: list[Pieces]) -> None:
    task.progress("coverage", 0, len(draft.metric))
    whole = coverage_report.union_of(draft.metric[~draft.functional], clean=overlaps.clean)
    found = coverage_report.find_faults(
        draft.metric, draft.functional, draft.attributes.names, overlaps, whole
    )
    found += across
    totals = coverage_report.tell_faults(found, task.ledger)
    view = task.inquiry.boundaries
    if view is None:
        return
    drawn = outlines.simplify_for_drawing(np.array([whole], dtype=object))
    task.inquiry.boundaries = replace(
        view,
        faults=coverage_report.show_faults(found, draft.epsg),
        faults_total=totals,
        outline=outlines.geojson(outlines.project(drawn, outlines.transformer(draft.epsg, CGCS2000))[0]),
    )


def _follow_scopes(task: Task) -> None:
    lost = replacing.follow_scopes(task.session, task.principal_id).lost
    if lost:
        task.ledger.note("scopes_lost", count=lost)


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
