"""Decisions on addresses: one transaction places all matters of a text, another puts them back exactly.

Everything goes through row level security as whoever decides. What a recusal keeps from them stays as it is,
and waits for somebody else, who then joins the same decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, Row, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.reads import city, review
from data.sessions import writing
from grid.areas import PLACED_LEVELS, AreaKind, Level
from grid.audits import Action
from grid.ids import LARGEST_ID
from grid.places import Granularity, PlaceReason, PlaceStatus
from grid.principals import Principal
from grid.refusals import Refused
from grid.reviewing import Decision, DecisionMade, Undone, Verdict

_SUBJECT = "place_decision"
_UNNAMED = "—"
_NAMELESS = frozenset({PlaceReason.ADDRESS_MISSING.value, PlaceReason.ADDRESS_REFERS_ELSEWHERE.value})
"""不详 and 同上 mean another place each time: to place one would place all that ever come."""
_STATUS = {
    Verdict.PLACED: PlaceStatus.ACCEPTED,
    Verdict.OUTSIDE: PlaceStatus.OUT_OF_AREA,
    Verdict.UNPLACEABLE: PlaceStatus.UNMATCHED,
}
PLACE_AS_JSON = """jsonb_build_object('place_status', place_status, 'granularity', granularity,
    'place_method', place_method, 'point', point::text, 'county_id', county_id, 'town_id', town_id,
    'village_id', village_id, 'grid_id', grid_id, 'functional_id', functional_id,
    'place_reasons', to_jsonb(place_reasons), 'place_candidates', to_jsonb(place_candidates),
    'place_decision_id', place_decision_id)"""
"""A matter's place to the last bit: a point as its binary in hex."""
PLACE_FROM_JSON = """place_status = was->>'place_status', granularity = was->>'granularity',
    place_method = was->>'place_method', point = (was->>'point')::geometry,
    county_id = (was->>'county_id')::bigint, town_id = (was->>'town_id')::bigint,
    village_id = (was->>'village_id')::bigint, grid_id = (was->>'grid_id')::bigint,
    functional_id = (was->>'functional_id')::bigint,
    place_reasons = ARRAY(SELECT jsonb_array_elements_text(was->'place_reasons')),
    place_candidates = ARRAY(SELECT jsonb_array_elements_text(was->'place_candidates')::bigint),
    place_decision_id = (was->>'place_decision_id')::bigint"""
"""The inverse of ``PLACE_AS_JSON``, from a column ``was``."""
POINT = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4490)"
_CHAIN = text("""
    WITH RECURSIVE up (id, parent_id, level) AS (
        SELECT id, parent_id, level FROM area WHERE id = :area
        UNION ALL SELECT a.id, a.parent_id, a.level FROM area a JOIN up ON a.id = up.parent_id)
    SELECT level, id FROM up""")
_FUNCTIONAL_AT = text(f"""
    SELECT id FROM area WHERE valid_to IS NULL AND kind = 'functional'
        AND geom && {POINT} AND ST_Intersects(geom, {POINT}) ORDER BY code LIMIT 1""")  # noqa: S608
_WAITING = text(f"""
    SELECT id, place_reasons FROM petition
    WHERE address_key = :key AND ({review.UNDECIDED} OR {review.STRANDED}) FOR UPDATE""")  # noqa: S608
_DISPUTED = text(f"""
    SELECT id, place_reasons FROM petition WHERE {review.DISPUTED} AND address_key = :key
        AND (place_status = 'accepted' OR place_decision_id IS NOT NULL) FOR UPDATE""")  # noqa: S608
_IN_FORCE = text(f"""
    SELECT d.id, d.address_key, d.verdict, d.granularity, d.area_id, d.decided_at, ST_X(d.point) AS lon,
        ST_Y(d.point) AS lat, {review.AREA_NAME} AS area_name
    FROM place_decision d LEFT JOIN area a ON a.id = d.area_id
    WHERE d.undone_at IS NULL AND d.address_key = :key""")  # noqa: S608
_FIND = text("SELECT id, undone_at FROM place_decision WHERE id = :id FOR UPDATE")
_INSERT = text(f"""
    INSERT INTO place_decision (address_key, verdict, granularity, area_id, point, principal)
    VALUES (:key, :verdict, :granularity, :area,
        CASE WHEN CAST(:lon AS float8) IS NOT NULL THEN {POINT} END, :principal)""")  # noqa: S608
_KEEP = text(f"""
    INSERT INTO place_change (decision_id, petition_id, before)
    SELECT :id, id, {PLACE_AS_JSON} FROM petition WHERE id = ANY (:ids)""")  # noqa: S608
_PLACE = text("""
    UPDATE petition p SET place_status = :status, granularity = d.granularity, place_method = 'decision',
        point = d.point, county_id = :county, town_id = :town, village_id = :village, grid_id = :grid,
        functional_id = :functional, place_reasons = '{}', place_candidates = '{}', place_decision_id = d.id
    FROM place_decision d WHERE d.id = :id AND p.id = ANY (:ids)""")
_SETTLE = text("""
    UPDATE place_report r SET settled_at = (SELECT decided_at FROM place_decision WHERE id = :id)
    WHERE settled_at IS NULL AND verdict <> 'right' AND petition_id IN (
        SELECT p.id FROM petition p WHERE p.address_key = :key AND p.id = ANY (
            (SELECT array(SELECT petition_id FROM place_report WHERE settled_at IS NULL))::bigint[]))""")
_REOPEN = text("""
    UPDATE place_report SET settled_at = NULL
    WHERE settled_at = (SELECT decided_at FROM place_decision WHERE id = :id)
        AND (verdict = 'moved' OR petition_id IN
            (SELECT petition_id FROM place_change WHERE decision_id = :id))""")
_STAYS = text("""
    SELECT count(*) FROM place_change c JOIN petition p ON p.id = c.petition_id
    WHERE c.decision_id = :id
        AND (p.place_decision_id, p.place_method) IS DISTINCT FROM (c.decision_id, 'decision')""")
AREAS_KNOWN = """NOT EXISTS (
        SELECT FROM unnest(ARRAY[was->>'county_id', was->>'town_id', was->>'village_id', was->>'grid_id',
            was->>'functional_id']::bigint[]) AS named (id)
        WHERE named.id IS NOT NULL AND named.id NOT IN (SELECT id FROM area))"""
"""Of a column ``was``: an edition that was taken back may have taken areas with it."""
_RESTORE = text(f"""
    UPDATE petition p SET {PLACE_FROM_JSON}
    FROM (SELECT petition_id, before AS was FROM place_change WHERE decision_id = :id) c
    WHERE p.id = c.petition_id AND p.place_decision_id = :id AND p.place_method = 'decision'
        AND {AREAS_KNOWN}""")  # noqa: S608
# Imported since, they have no place before: the doubts are those of the same text's other matters.
_ASK_ANEW = text("""
    UPDATE petition SET place_status = 'review', granularity = 'none', place_method = 'address', point = NULL,
        county_id = NULL, town_id = NULL, village_id = NULL, grid_id = NULL, functional_id = NULL,
        place_candidates = '{}', place_decision_id = NULL, place_reasons = ARRAY(
            SELECT jsonb_array_elements_text(before->'place_reasons') FROM (
                SELECT before FROM place_change WHERE decision_id = :id ORDER BY petition_id LIMIT 1) c)
    WHERE place_decision_id = :id AND place_method = 'decision'""")
_UNDO = text("UPDATE place_decision SET undone_at = now(), undone_by = :principal WHERE id = :id")
_Areas = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a decision means for a matter: its areas by column, how fine, and the area that says so."""

    areas: _Areas
    granularity: Granularity = Granularity.NONE
    area_id: int | None = None
    area_code: str = ""


def decide(engine: Engine, principal: Principal, decision: Decision) -> DecisionMade:
    """Place all matters of a text as somebody decided; all later ones follow when they are imported.

    Where a decision on the text is in force, the same again takes in what has come since; another is refused
    unless a grid worker disputes the one in force, which then is undone first.

    Raises ``Refused``: ``review_item_unknown`` for a text of which nothing waits, ``decision_in_force``
    (``area``), ``decision_names_nothing``, ``area_unknown``, ``decision_area_functional``,
    ``decision_area_too_wide``, ``point_outside_city`` or ``point_outside_area``.
    """
    saved: dict[str, object] = {}
    with writing(engine, principal, Action.REVIEW_DECIDE, _SUBJECT, saved=saved) as session:
        return _decide(session, principal, decision, saved)


def undo(engine: Engine, principal: Principal, decision_id: int) -> Undone:
    """Put the matters of a decision back as they were before it, and settled reports of workers with them.

    What something else has placed since stays as it is. Raises ``Refused``: ``decision_unknown`` or
    ``decision_undone``.
    """
    saved: dict[str, object] = {}
    with writing(engine, principal, Action.REVIEW_UNDO, _SUBJECT, saved=saved) as session:
        found = session.execute(_FIND, {"id": decision_id}).one_or_none() if _is_id(decision_id) else None
        if found is None:
            raise Refused("decision_unknown")
        if found.undone_at is not None:
            raise Refused("decision_undone")
        undone = _put_back(session, principal, decision_id)
        saved.update(decision=decision_id, matters=undone.matters, stayed=undone.stayed)
        return undone


def chain(session: Session, area_id: int) -> _Areas:
    """Return an area and those above it by the columns of a matter."""
    levels = {row.level: row.id for row in session.execute(_CHAIN, {"area": area_id})}
    return {level.value: levels.get(level.value) for level in PLACED_LEVELS}


def functional_at(session: Session, point: tuple[float, float]) -> int | None:
    """Return the functional area that holds a point, if any."""
    found: int | None = session.scalar(_FUNCTIONAL_AT, {"lon": point[0], "lat": point[1]})
    return found


def _decide(
    session: Session, principal: Principal, decision: Decision, saved: dict[str, object]
) -> DecisionMade:
    waiting = session.execute(_WAITING, {"key": decision.key}).all()
    disputed = session.execute(_DISPUTED, {"key": decision.key}).all()
    in_force = session.execute(_IN_FORCE, {"key": decision.key}).one_or_none()
    if not waiting and not disputed:
        raise _in_force(in_force) if in_force is not None else Refused("review_item_unknown")
    if in_force is not None and disputed:
        undone = _put_back(session, principal, in_force.id)
        saved.update(replaced=in_force.id, restored=undone.matters)
        waiting, in_force = session.execute(_WAITING, {"key": decision.key}).all(), None
    _check_text(decision, [*waiting, *disputed])
    meant = _meaning(session, decision)
    if in_force is None:
        _insert(session, principal, decision, meant)
        stored = session.execute(_IN_FORCE, {"key": decision.key}).one()
    else:
        stored = _same(in_force, meant, decision)
    ids = list({row.id for row in (*waiting, *disputed)})
    _place(session, stored.id, ids, decision, meant)
    saved.update(decision=stored.id, verdict=decision.verdict.value, area=meant.area_code, matters=len(ids))
    return DecisionMade(
        id=stored.id,
        key=decision.key,
        verdict=decision.verdict,
        area_name=stored.area_name,
        granularity=meant.granularity,
        matters=len(ids),
        decided_at=stored.decided_at,
        own=True,
    )


def _check_text(decision: Decision, rows: Sequence[Row[*tuple[object, ...]]]) -> None:
    reasons = {reason for row in rows for reason in row.place_reasons}
    if decision.verdict is Verdict.PLACED and not _NAMELESS.isdisjoint(reasons):
        raise Refused("decision_names_nothing")


def _meaning(session: Session, decision: Decision) -> _Meant:
    """Return the areas and the granularity of a decision, finer than the area named where a point tells."""
    if decision.area_id is None:
        return _Meant({**dict.fromkeys([level.value for level in PLACED_LEVELS]), "functional": None})
    named = city.area(session, decision.area_id)
    if named.kind is AreaKind.FUNCTIONAL:
        raise Refused("decision_area_functional")
    if named.level is Level.CITY:
        raise Refused("decision_area_too_wide")
    if decision.point is None:
        areas = {**chain(session, named.id), "functional": None}
        return _Meant(areas, Granularity(named.level.value), named.id, named.code)
    finest = review.area_at(session, *decision.point).area
    areas = chain(session, finest.id)
    if named.id not in areas.values():
        raise Refused("point_outside_area")
    areas["functional"] = functional_at(session, decision.point)
    # A person points at a place, and no finer: the point is theirs, never an area's middle.
    return _Meant(areas, Granularity.POINT, finest.id, finest.code)


def _insert(session: Session, principal: Principal, decision: Decision, meant: _Meant) -> None:
    lon, lat = decision.point or (None, None)
    values = {
        "key": decision.key, "verdict": decision.verdict.value, "granularity": meant.granularity.value,
        "area": meant.area_id, "lon": lon, "lat": lat, "principal": principal.id,
    }  # fmt: skip
    try:
        session.execute(_INSERT, values)
    except IntegrityError:
        # Somebody decided the same text while this was on its way.
        raise Refused("decision_in_force", area=_UNNAMED) from None


def _same(in_force: Row[*tuple[object, ...]], meant: _Meant, decision: Decision) -> Row[*tuple[object, ...]]:
    """Return the decision in force where it says the same; raises ``Refused('decision_in_force')``."""
    point = None if in_force.lon is None else (in_force.lon, in_force.lat)
    if (in_force.verdict, in_force.area_id, point) != (decision.verdict, meant.area_id, decision.point):
        raise _in_force(in_force)
    return in_force


def _in_force(found: Row[*tuple[object, ...]]) -> Refused:
    return Refused("decision_in_force", area=str(found.area_name or _UNNAMED))


def _place(session: Session, decision_id: int, ids: list[int], decision: Decision, meant: _Meant) -> None:
    session.execute(_KEEP, {"id": decision_id, "ids": ids})
    status = _STATUS[decision.verdict].value
    session.execute(_PLACE, {"id": decision_id, "ids": ids, "status": status, **meant.areas})
    session.execute(_SETTLE, {"id": decision_id, "key": decision.key})


def _put_back(session: Session, principal: Principal, decision_id: int) -> Undone:
    """Undo a decision: what it changed goes back, and what imports placed by it waits for another.

    Reports are opened first: what was accepted before is only theirs to change while it is disputed.
    """
    one = {"id": decision_id}
    stayed: int = session.execute(_STAYS, one).scalar_one()
    session.execute(_REOPEN, one)
    restored: int = session.execute(_RESTORE, one).rowcount  # type: ignore[attr-defined]
    asked: int = session.execute(_ASK_ANEW, one).rowcount  # type: ignore[attr-defined]
    session.execute(_UNDO, {**one, "principal": principal.id})
    return Undone(restored + asked, stayed)


def _is_id(number: object) -> bool:
    return type(number) is int and 0 < number <= LARGEST_ID
