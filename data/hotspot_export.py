"""What leaves the house: findings of a level as CSV and GeoPackage, with what its numbers are, and densities.

An export is a shared view: below township level small counts are hidden in it, with all that could tell them.
Every export is audited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.export.findings import FindingLine, Stamps, findings_csv, findings_gpkg
from data.reads import city
from data.reads.noting import noting
from grid.areas import Area, Level
from grid.audits import Action
from grid.density import DensitySurface
from grid.hotspots.findings import Significance
from grid.hotspots.questions import AreaCounts, CountsState, MatterFilter
from grid.hotspots.withholding import BELOW_TOWNSHIP, hidden_counts, withhold
from grid.measures import SMALL_CELL
from grid.principals import Principal
from grid.refusals import Refused

KINDS = ("csv", "gpkg")
_SHAPES = text(
    "SELECT s.area_id, ST_AsBinary(s.geom) AS outline FROM area_shape s JOIN area a ON a.id = s.area_id"
    " WHERE s.band = :band AND a.level = :level AND a.valid_to IS NULL AND a.kind = 'regular'"
)
_NARROW = text(
    "SELECT EXISTS (SELECT FROM area WHERE id = ANY(CAST(:within AS bigint[])) AND level = ANY(:levels))"
)


@dataclass(frozen=True, slots=True, eq=False)
class ToExport:
    """What is exported: findings of a level, and counts of matters by which small ones are hidden.

    ``counts`` holds those of the levels of ``levels_counted``, in matters whatever the filter's unit is.
    """

    findings: Significance
    counts: Mapping[Level, AreaCounts]
    matters: MatterFilter
    state: CountsState


def levels_counted(level: Level) -> tuple[Level, ...]:
    """Return the levels whose counts are needed to hide the small ones of a level."""
    return BELOW_TOWNSHIP[: BELOW_TOWNSHIP.index(level) + 1] if level in BELOW_TOWNSHIP else ()


def export_findings(
    engine: Engine, principal: Principal, given: ToExport, kind: str, say: Callable[..., str]
) -> bytes:
    """Return the file; raises ``Refused('export_kind_unknown')``."""
    if kind not in KINDS:
        raise Refused("export_kind_unknown", kind=kind[:20])
    level = given.findings.level
    with noting(engine, principal, Action.FINDINGS_EXPORT, "findings") as (session, facts):
        areas = {area.id: area for area in city.areas(session, level)}
        findings = withhold(given.findings, _hidden(session, level, given.counts, areas))
        lines = [FindingLine(areas[row.area_id], row) for row in findings.rows if row.area_id in areas]
        stamps = _stamps(session, given, say)
        outlines = _outlines(session, level) if kind == "gpkg" else {}
        facts |= {"form": kind, "level": level.value, "count": len(lines), **_asked(given.matters)}
    if kind == "csv":
        return findings_csv(lines, stamps, say)
    return findings_gpkg(lines, stamps, say, outlines)


def export_surface(
    engine: Engine, principal: Principal, surface: DensitySurface | None, matters: MatterFilter
) -> DensitySurface:
    """Return a density that may be handed on.

    Raises ``Refused``: ``density_too_few`` where nothing of it would be seen, ``density_narrow`` where it is
    of areas below township level alone: their counts could be summed from it.
    """
    with noting(engine, principal, Action.FINDINGS_EXPORT, "density") as (session, facts):
        if session.scalar(
            _NARROW, {"within": sorted(matters.within), "levels": [level.value for level in BELOW_TOWNSHIP]}
        ):
            raise Refused("density_narrow")
        if surface is None or surface.n < SMALL_CELL or not np.isfinite(surface.shown).any():
            raise Refused("density_too_few")
        facts |= {"form": "density", "metres": round(surface.bandwidth_m), **_asked(matters)}
    return surface


def _hidden(
    session: Session, level: Level, counts: Mapping[Level, AreaCounts], areas: Mapping[int, Area]
) -> frozenset[int]:
    """Return the areas whose counts are hidden, the wider level decided first."""
    hidden: frozenset[int] = frozenset()
    for each in levels_counted(level):
        known = areas if each is level else {area.id: area for area in city.areas(session, each)}
        ids, numbers = counts[each].area_ids, counts[each].counts
        parents = [known[number].parent_id or 0 if number in known else 0 for number in ids.tolist()]
        mask = hidden_counts(numbers, np.array(parents, dtype=np.int64), hidden_parents=hidden)
        hidden = frozenset(ids[mask].tolist())
    return hidden


def _outlines(session: Session, level: Level) -> dict[int, Any]:
    rows = session.execute(_SHAPES, {"band": city.SHAPE_BAND[level], "level": level.value})
    return {row.area_id: shapely.from_wkb(bytes(row.outline)) for row in rows}


def _stamps(session: Session, given: ToExport, say: Callable[..., str]) -> Stamps:
    world, findings = city.city(session), given.findings
    separator = say("findings_export.separator")
    chosen = separator.join(f"{name}={value}" for name, value in findings.parameters.items())
    definition = say("findings_export.definition", unit=say(f"measure_unit.{given.matters.unit}"))
    if findings.level in BELOW_TOWNSHIP:
        definition = f"{definition} {say('findings_export.hidden_note')}"
    return Stamps(
        city=world.name,
        source=world.source,
        review_number=world.review_number,
        synthetic=world.synthetic,
        internal=world.internal,
        definition=definition,
        method=f"{findings.method.value}{separator}{chosen}" if chosen else findings.method.value,
        caveats=separator.join(say(f"findings_caveats.{code}") for code in findings.caveats),
        chosen=separator.join(f"{name}={_told(value)}" for name, value in _asked(given.matters).items()),
        since=given.matters.since,
        until=given.matters.until,
        n=findings.n,
        as_of=given.state.version.changed_at,
    )


def _asked(matters: MatterFilter) -> dict[str, object]:
    """Return what a filter chooses, as it is written down."""
    asked: dict[str, object] = {
        "since": matters.since.isoformat(),
        "until": matters.until.isoformat(),
        "unit": matters.unit.value,
        "category": sorted(matters.categories),
        "channel": sorted(matters.channels),
        "purpose": sorted(matters.purposes),
        "stage": sorted(matters.stages),
        "within": sorted(matters.within),
    }
    return {name: value for name, value in asked.items() if value}


def _told(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
