"""Boundaries: one level of areas from one file, looked at, asked about, and taken in as an edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.intake.boundaries import code_comparison, crs_evidence, outlines, repairs
from data.intake.boundaries.attributes import Attributes, read_attributes, read_edition
from data.intake.boundaries.drafts import Draft
from data.intake.boundaries.edition_writing import ewkb, write_edition
from data.intake.boundaries.features import Features, read_features, tell_remarks
from data.intake.boundaries.file_encoding import ask_encoding
from data.intake.boundaries.known_areas import FormerAreas, KnownAreas, read_known
from data.intake.boundaries.outline_datum import settle_datum
from data.intake.boundaries.outlines import Outlines
from data.intake.boundaries.parents import Parentage, WiderAreas, find_parents
from data.intake.ledger import Ledger
from data.intake.task import Task
from data.writes import boundaries as writes
from grid.areas import LEVELS, AreaKind, Level
from grid.datums import Datum
from grid.inspection import BoundaryView, Choice, Facts, Question
from grid.metric import metric_epsg
from grid.refusals import Refused

OPTIONS = frozenset(
    {"level", "layer", "crs", "datum", "encoding", "repairs", "codes", "add", "code_field", "name_field",
     "code_system", "vintage", "valid_from", "synthetic"}
)  # fmt: skip
_POLYGONAL = (3, 6, 7)
"""shapely's type ids of polygons, multipolygons and collections, which may hold them."""
_YES = frozenset({"yes", "true", "1", "是"})
_MOST_CHANGES = 500


def import_boundaries(task: Task) -> None:
    """Import one level; raises ``Refused`` for a file that cannot be read as boundaries."""
    level = _level_of(task)
    task.progress("reading", 0, None)
    wanted: dict[str, Any] = {"layer": task.options.get("layer"), "preferred_layer": level.value}
    features = read_features(task.path, encoding=task.options.get("encoding"), **wanted)
    ask_encoding(task, features, wanted)
    tell_remarks(features, task.ledger)
    task.ledger.rows = len(features.numbers)
    task.progress("checking", 0, task.ledger.rows)
    known = read_known(task.session, level)
    said = read_attributes(features, task.options, task.ledger, level)
    usable = _usable(features, task.ledger)
    if not usable.any():
        return
    crs = _settle_crs(task, features, usable, known)
    if not crs:
        return
    given = _in_degrees(features.outlines[usable], crs)
    given, datum = settle_datum(task, level, said := said.take(usable), given, known)
    draft = _make_draft(task, said, given)
    if draft is None:
        return
    _write(task, level, _head(task, level, features, crs, datum), draft, known)


def _level_of(task: Task) -> Level:
    text = task.options.get("level", "")
    if text not in set(LEVELS):
        raise Refused("level_unknown", levels="、".join(LEVELS))
    return Level(text)


def _usable(features: Features, ledger: Ledger) -> npt.NDArray[np.bool_]:
    kinds = shapely.get_type_id(features.outlines)
    empty = (kinds < 0) | shapely.is_empty(features.outlines) | outlines.has_no_number(features.outlines)
    for i in np.flatnonzero(empty):
        ledger.refuse("geometry_missing", features.numbers[i])
    for i in np.flatnonzero(~empty & ~np.isin(kinds, _POLYGONAL)):
        ledger.refuse("geometry_not_area", features.numbers[i])
    return np.array([not ledger.refused(number) for number in features.numbers], dtype=bool)


def _settle_crs(task: Task, features: Features, usable: npt.NDArray[np.bool_], known: KnownAreas) -> str:
    """Return the CRS that was answered, agreed or is likeliest; "" where nothing speaks for any."""
    answer = task.options.get("crs", "")
    if answer:
        crs_evidence.parse_crs(answer)
    verdict = crs_evidence.weigh_crs(features.outlines[usable], features.crs, known.inside())
    task.inquiry.boundaries = BoundaryView(verdict.readings, (), (), {}, (), 0, (), {})
    return crs_evidence.ask_crs(task.inquiry, answer, verdict)


def _in_degrees(given: Outlines, crs: str) -> Outlines:
    lonlat = crs_evidence.to_degrees(shapely.force_2d(given), crs)
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(lonlat))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Refused("coordinates_not_degrees")
    return lonlat


def _make_draft(task: Task, said: Attributes, given: Outlines) -> Draft | None:
    """Return what can be taken in, none where every row is refused."""
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(given))
    epsg = metric_epsg((west + east) / 2, (south + north) / 2)
    mended = repairs.mend(given, epsg)
    approved = repairs.ask_repairs(task, said, mended)
    _look(task, repairs=repairs.show(said, mended, approved), repairs_total=int(mended.notable.sum()))
    originals: list[str | None] = [None] * len(given)
    for i, shape in zip(np.flatnonzero(approved), ewkb(given[approved]), strict=True):
        originals[i] = shape
    full = shapely.area(mended.metric) > 0
    for i in np.flatnonzero(~full):
        task.ledger.refuse("geometry_missing", said.numbers[i])
    kept = np.array([not task.ledger.refused(number) for number in said.numbers], dtype=bool)
    if not kept.any():
        return None
    metric = mended.metric[kept]
    return Draft(
        said.take(kept), mended.lonlat[kept], metric, epsg, _labels(metric, epsg),
        [originals[i] for i in np.flatnonzero(kept)], [0] * len(metric),
    )  # fmt: skip


def _labels(metric: Outlines, epsg: int) -> Outlines:
    return outlines.project(outlines.label_points(metric), outlines.transformer(epsg, outlines.CGCS2000))


def _look(task: Task, **shown: object) -> None:
    """Add to what the inquiry shows of the file."""
    if task.inquiry.boundaries is not None:
        task.inquiry.boundaries = replace(task.inquiry.boundaries, **shown)  # type: ignore[arg-type]


def _head(task: Task, level: Level, features: Features, crs: str, datum: Datum) -> writes.EditionHead:
    says = read_edition(features, task.options, task.today.year)
    source_crs = crs[:180] if datum is Datum.CGCS2000 else f"{crs[:180]} {datum.value}"
    return writes.EditionHead(
        level, says.code_system, says.vintage, task.file_name, source_crs, says.synthetic,
        _valid_from(task, level), task.batch_id,
    )  # fmt: skip


def _valid_from(task: Task, level: Level) -> date:
    """Return the day given; a file without one corrects the edition in force and holds since the same day."""
    given = task.day_option("valid_from")
    return given or writes.first_day_in_force(task.session, level) or writes.EARLIEST


def _write(task: Task, level: Level, head: writes.EditionHead, draft: Draft, known: KnownAreas) -> None:
    parents = _parents(task, level, draft, known.wider)
    if task.options.get("add", "").lower() in _YES and known.former is not None:
        draft, parents = _add_to_force(task, level, draft, parents, known.former)
    _compare_codes(task, head, draft, known.former)
    task.progress("writing", 0, len(draft.lonlat))
    write_edition(task, head, draft, parents, known)


def _add_to_force(
    task: Task, level: Level, draft: Draft, parents: list[int | None], former: FormerAreas
) -> tuple[Draft, list[int | None]]:
    """Return the draft with the areas in force beside it: those of parents that the file has no area of."""
    kept = writes.read_carried(task.session, level)
    covered, codes = {parent for parent in parents if parent is not None}, set(draft.attributes.codes)
    stays = np.array(
        [
            kept[area].parent_id not in covered and code not in codes
            for area, code in zip(former.ids, former.codes, strict=True)
        ],
        dtype=bool,
    )
    task.ledger.note("areas_carried", count=int(stays.sum()))
    if not stays.any():
        return draft, parents
    beside = _former_draft(former, stays, draft.epsg)
    return draft.join(beside), parents + [kept[area].parent_id for area in beside.carried]


def _former_draft(former: FormerAreas, stays: npt.NDArray[np.bool_], epsg: int) -> Draft:
    at = np.flatnonzero(stays)
    codes, names = ([each[i] for i in at] for each in (former.codes, former.names))
    ids, kinds = [former.ids[i] for i in at], [AreaKind(former.kinds[i]) for i in at]
    said = Attributes([0] * len(at), codes, names, kinds, [""] * len(at), [None] * len(at))
    change = outlines.transformer(outlines.CGCS2000, epsg)
    metric = outlines.repair(outlines.project(former.outlines[stays], change))
    return Draft(said, former.outlines[stays], metric, epsg, _labels(metric, epsg), [None] * len(at), ids)


def _compare_codes(task: Task, head: writes.EditionHead, draft: Draft, former: FormerAreas | None) -> None:
    """Show how codes and names differ from the edition in force; raises ``Refused('codes_stopped')``."""
    if former is None:
        return
    systems = writes.read_code_systems(task.session, head.level)
    if head.code_system not in systems:
        task.ledger.note("code_system_differs", before="、".join(systems), after=head.code_system)
    after = list(zip(draft.attributes.codes, draft.attributes.names, strict=True))
    before = list(zip(former.codes, former.names, strict=True))
    changes = code_comparison.compare_codes(head.level, after, before)
    totals = code_comparison.count_changes(changes)
    _look(task, changes=changes[:_MOST_CHANGES], changes_total=totals)
    for kind, count in totals.items():
        task.ledger.figures[f"codes_{kind}"] = count
    swapped = totals.get(code_comparison.SWAPPED, 0)
    if swapped:
        example = changes[0]
        facts: Facts = {
            "count": swapped,
            "code": example.code,
            "name": example.name,
            "before": example.before_name,
        }
        choices = (Choice("accept", "codes_accept"), Choice("stop", "codes_stop"))
        if task.inquiry.ask(Question("codes", "codes_swapped", facts, choices, proposed="stop")) == "stop":
            raise Refused("codes_stopped", count=swapped)


def _parents(task: Task, level: Level, draft: Draft, wider: WiderAreas | None) -> list[int | None]:
    """Return parent ids at the nearest wider level that there is."""
    if wider is None:
        return [None] * len(draft.lonlat)
    said = draft.attributes
    found = find_parents(level, said.codes, said.parent_codes, draft.labels, wider)
    for i, parentage in enumerate(found):
        _tell_parentage(task.ledger, said, i, parentage, wider)
    return [None if p.chosen is None else wider.ids[p.chosen] for p in found]


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
