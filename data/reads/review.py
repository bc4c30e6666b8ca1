"""Readings of the review: texts that wait for a decision, what may be meant by one, and what was decided.

All of it is read under the row level security of whoever asks: what a recusal keeps from an account does not
count for it, and accusations have no place to be decided.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from data import models
from data.reads import city
from grid.area_search import MOST_FOUND, AreaSearch
from grid.areas import PLACED_LEVELS
from grid.ids import LARGEST_ID
from grid.places import Granularity, PlaceReason
from grid.refusals import Refused
from grid.reviewing import (
    ITEMS_ON_PAGE,
    LAST_PAGE,
    LONGEST_KEY,
    WITHOUT_TEXT,
    Candidate,
    DecisionMade,
    ReviewItem,
    ReviewQueue,
    Suggestion,
    Verdict,
)

LATEST_DECISIONS = 20
_MOST_ENTRIES = 5
DISPUTED = (
    "id = ANY ((SELECT array(SELECT petition_id FROM place_report"
    " WHERE settled_at IS NULL AND verdict = 'elsewhere'))::bigint[])"
)
"""Matters of which a grid worker says that they are not in the patch."""
AREA_NAME = (
    "CASE WHEN a.level = 'grid' THEN coalesce((SELECT u.name FROM area u WHERE u.id = a.parent_id), '')"
    " || a.name ELSE coalesce(a.name, '') END"
)
"""What to call an area ``a`` by itself: a grid by its village too, since every village has a first grid."""
UNDECIDED = "place_status <> 'accepted' AND place_decision_id IS NULL"
"""As the partial index has it."""
STRANDED = (
    "place_decision_id = ANY"
    " ((SELECT array(SELECT id FROM place_decision WHERE undone_at IS NOT NULL))::bigint[])"
)
"""Placed by a decision that is undone: who undid it was kept from them, or an import was under way."""
_KEY = (
    f"CASE WHEN address_key = '' THEN '{WITHOUT_TEXT}' || coalesce(place_reasons[1], place_status)"
    " ELSE address_key END"
)
_COLUMNS = (
    "id, address, place_status, place_reasons, place_candidates, county_id, town_id, village_id, grid_id,"
    f" address_key, {_KEY} AS key"
)
_WAITING = f"""
    SELECT {_COLUMNS}, false AS disputed FROM petition WHERE {UNDECIDED} {{more}}
    UNION ALL
    SELECT {_COLUMNS}, false FROM petition WHERE {STRANDED} AND NOT {DISPUTED} {{more}}
    UNION ALL
    SELECT {_COLUMNS}, true FROM petition
    WHERE {DISPUTED} AND (place_status = 'accepted' OR place_decision_id IS NOT NULL) {{more}}"""  # noqa: S608
_GROUPED = text(f"""
    WITH grouped AS MATERIALIZED (
        SELECT key, count(*) AS n FROM ({_WAITING.format(more="")}) waiting GROUP BY key)
    SELECT key, n, (SELECT count(*) FROM grouped) AS texts, (SELECT sum(n) FROM grouped) AS matters
    FROM grouped ORDER BY n DESC, key LIMIT :limit OFFSET :skip""")  # noqa: S608
_DETAILS = text(f"""
    SELECT key, place_status, place_reasons, place_candidates, county_id, town_id, village_id, grid_id,
        disputed, count(*) AS n, min(address) AS address
    FROM ({_WAITING.format(more="AND address_key = ANY (:texts)")}) waiting WHERE key = ANY (:keys)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY n DESC, disputed DESC""")  # noqa: S608
_DECIDED_TODAY = text(f"""
    SELECT count(*) FROM place_change c JOIN place_decision d ON d.id = c.decision_id
    WHERE d.undone_at IS NULL
        AND d.decided_at >= date_trunc('day', now() AT TIME ZONE '{city.CITY_ZONE}')
            AT TIME ZONE '{city.CITY_ZONE}'""")  # noqa: S608
_SUGGESTED = text("""
    SELECT provider AS source, '' AS label, ST_X(point) AS lon, ST_Y(point) AS lat FROM provider_answer
    WHERE address_key = :key AND point IS NOT NULL
    UNION ALL
    SELECT 'worker', '', ST_X(r.point), ST_Y(r.point)
    FROM place_report r JOIN petition p ON p.id = r.petition_id
    WHERE r.settled_at IS NULL AND r.verdict = 'moved' AND p.address_key = :key""")
_ENTRIES = text("""
    SELECT 'gazetteer' AS source, name AS label, ST_X(point) AS lon, ST_Y(point) AS lat FROM gazetteer_entry
    WHERE point IS NOT NULL AND length(name) > 2 AND position(name IN :key) > 0
    ORDER BY length(name) DESC, name, id LIMIT :limit""")
_DECISIONS = text(f"""
    SELECT d.id, d.address_key, d.verdict, d.granularity, d.decided_at, d.undone_at IS NOT NULL AS undone,
        d.principal = (SELECT access.my_public_id()) AS own, {AREA_NAME} AS area_name,
        (SELECT count(*) FROM place_change c WHERE c.decision_id = d.id)
        + (SELECT count(*) FROM petition p WHERE p.place_decision_id = d.id AND NOT EXISTS (
            SELECT FROM place_change c WHERE c.decision_id = d.id AND c.petition_id = p.id)) AS matters
    FROM place_decision d LEFT JOIN area a ON a.id = d.area_id
    WHERE :key = '' OR (d.address_key = :key AND d.undone_at IS NULL)
    ORDER BY d.decided_at DESC, d.id DESC LIMIT :limit""")  # noqa: S608
_AREA_AT = text("""
    SELECT id FROM area WHERE valid_to IS NULL AND kind = 'regular' AND level = ANY (:levels)
        AND geom && ST_SetSRID(ST_MakePoint(:lon, :lat), 4490)
        AND ST_Intersects(geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490))
    ORDER BY array_position(:levels, level) DESC, code LIMIT 1""")
_PATHS = text("""
    WITH RECURSIVE up (start, parent_id, name, depth) AS (
        SELECT id, parent_id, name, 0 FROM area WHERE id = ANY (:ids)
        UNION ALL
        SELECT up.start, a.parent_id, a.name, depth + 1 FROM area a JOIN up ON a.id = up.parent_id
        WHERE a.level <> 'city')
    SELECT start, array_agg(name ORDER BY depth DESC) AS names FROM up GROUP BY start""")


def queue(session: Session, page: int = 1) -> ReviewQueue:
    """Return a page of the texts that wait, without candidates; raises ``Refused('review_page_unknown')``."""
    if not 1 <= page <= LAST_PAGE:
        raise Refused("review_page_unknown", page=page)
    limits = {"limit": ITEMS_ON_PAGE, "skip": (page - 1) * ITEMS_ON_PAGE}
    rows = session.execute(_GROUPED, limits).all()
    if not rows and page > 1:
        return queue(session, 1)
    details = _details(session, [row.key for row in rows])
    return ReviewQueue(
        items=tuple(_item(details[row.key]) for row in rows if row.key in details),
        texts=rows[0].texts if rows else 0,
        matters=int(rows[0].matters) if rows else 0,
        decided_today=session.execute(_DECIDED_TODAY).scalar_one(),
        page=page,
    )


def item(session: Session, key: str) -> ReviewItem:
    """Return one text with what it may mean, outlines included; raises ``Refused('review_item_unknown')``."""
    found = _details(session, [key]).get(key) if 0 < len(key) <= LONGEST_KEY else None
    if found is None:
        raise Refused("review_item_unknown")
    return _item(found, candidates(session, _meant(found)), _suggestions(session, key))


def candidates(session: Session, area_ids: Sequence[int]) -> tuple[Candidate, ...]:
    """Return areas valid today with path and outline, in the order of the ids; unknown ones are left out."""
    ids = [area_id for area_id in dict.fromkeys(area_ids) if 0 < area_id <= LARGEST_ID]
    if not ids:
        return ()
    wanted = city.select_areas().where(models.Area.id.in_(ids), models.Area.valid_to.is_(None))
    areas = {row.id: city.to_area(row) for row in session.execute(wanted)}
    paths = {row.start: tuple(row.names) for row in session.execute(_PATHS, {"ids": ids})}
    outlines = _outlines(session, ids)
    return tuple(Candidate(areas[one], paths[one], outlines.get(one)) for one in ids if one in areas)


def area_at(session: Session, lon: float, lat: float) -> Candidate:
    """Return the narrowest area that holds a point; raises ``Refused('point_outside_city')``."""
    found = session.scalar(_AREA_AT, {"lon": lon, "lat": lat, "levels": [str(one) for one in PLACED_LEVELS]})
    if found is None:
        raise Refused("point_outside_city")
    return candidates(session, [found])[0]


def area_search(session: Session) -> AreaSearch:
    """Return the search over all areas of today."""
    rows = session.execute(city.select_areas().where(models.Area.valid_to.is_(None)))
    return AreaSearch(city.to_area(row) for row in rows)


def current_editions(session: Session) -> tuple[int, ...]:
    """Return the boundary editions in force: while they are, a search stays right."""
    edition = models.Edition
    return tuple(session.scalars(select(edition.id).where(edition.valid_to.is_(None)).order_by(edition.id)))


def decisions(session: Session, key: str = "") -> tuple[DecisionMade, ...]:
    """Return the latest decisions, newest first, or the one in force on a text.

    Each with how many matters of the asker's it placed, those imported since among them.
    """
    return tuple(
        DecisionMade(
            id=row.id,
            key=row.address_key,
            verdict=Verdict(row.verdict),
            area_name=row.area_name,
            granularity=Granularity(row.granularity),
            matters=row.matters,
            decided_at=row.decided_at,
            own=row.own,
            undone=row.undone,
        )
        for row in session.execute(_DECISIONS, {"limit": LATEST_DECISIONS, "key": key})
    )


Details = list[Row[*tuple[Any, ...]]]


def _details(session: Session, keys: Sequence[str]) -> dict[str, Details]:
    """Return what the matters of each text say, the commonest first."""
    texts = ["" if key.startswith(WITHOUT_TEXT) else key for key in keys]
    found: dict[str, Details] = {}
    for row in session.execute(_DETAILS, {"keys": list(keys), "texts": texts}):
        found.setdefault(row.key, []).append(row)
    return found


def _item(
    rows: Details, meant: tuple[Candidate, ...] = (), suggestions: tuple[Suggestion, ...] = ()
) -> ReviewItem:
    first, disputed = rows[0], any(row.disputed for row in rows)
    reasons = [reason for row in rows for reason in row.place_reasons]
    return ReviewItem(
        key=first.key,
        address=first.address,
        count=sum(row.n for row in rows),
        status=first.place_status,
        reasons=tuple(dict.fromkeys([*([PlaceReason.WORKER_DISPUTES.value] if disputed else []), *reasons])),
        candidates=meant,
        suggestions=suggestions,
        disputed=disputed,
    )


def _meant(rows: Details) -> list[int]:
    """Return the areas that a text may mean: the geocoder's candidates, then what was certain of it."""
    known = [
        next((one for one in _known(row) if one is not None), None)
        for row in rows
        if not row.place_candidates
    ]
    offered = [*(one for row in rows for one in row.place_candidates), *(one for one in known if one)]
    return list(dict.fromkeys(offered))[:MOST_FOUND]


def _known(row: Any) -> tuple[int | None, ...]:
    # Of a disputed place the grid is what is disputed.
    wider = (row.village_id, row.town_id, row.county_id)
    return wider if row.disputed else (row.grid_id, *wider)


def _suggestions(session: Session, key: str) -> tuple[Suggestion, ...]:
    said = session.execute(_SUGGESTED, {"key": key}).all()
    named = session.execute(_ENTRIES, {"key": key, "limit": _MOST_ENTRIES}).all()
    return tuple(Suggestion(row.source, row.lon, row.lat, row.label) for row in (*said, *named))


def _outlines(session: Session, ids: Sequence[int]) -> dict[int, dict[str, object]]:
    """Return GeoJSON outlines of the finest band that there is of each area."""
    shape = models.AreaShape
    coarse_first = (
        select(shape.area_id, func.ST_AsGeoJSON(shape.geom, 5))
        .where(shape.area_id.in_(ids))
        .order_by(shape.area_id, shape.band)
    )
    finest: dict[int, str] = dict(session.execute(coarse_first).all())
    return {area_id: json.loads(outline) for area_id, outline in finest.items()}
