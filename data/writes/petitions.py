"""Matters with their places: staged by COPY, new ones inserted at once and known ones compared at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Result, text
from sqlalchemy.orm import Session

from data.writes.copying import copy_lines
from grid.places import PlaceMethod, PlaceReason

MATTER_FIELDS = (
    "source", "matter_no", "purpose", "track", "stage", "channel", "category", "registered_on", "accepted_on",
    "due_on", "replied_on", "closed_on", "is_repeat", "submissions", "heads", "is_backlog", "evaluation",
    "unit_id", "summary", "received_on", "forwarded_on", "unit_received_on", "noticed_on", "evaluated_on",
    "resubmitted_on", "backlog_resolved_on", "head_read_on", "backlog_tier",
)  # fmt: skip
EXTENSION_FIELDS = ("extension_days", "extended_on", "extension_approver", "extension_reason")
"""Of an extension of the matter's term: kept as an event of its clocks."""
TOLD = (*MATTER_FIELDS, *EXTENSION_FIELDS)
PLACE_FIELDS = (
    "place_status", "granularity", "place_method", "point", "county_id", "town_id", "village_id", "grid_id",
    "functional_id", "place_reasons", "place_candidates", "place_decision_id", "datum",
)  # fmt: skip
STAGED = ("row", "said", *TOLD, "address", "address_key", *PLACE_FIELDS)
"""The order in which a staged line gives its fields; ``said`` is what else the source says of the place."""
_FIELDS = (*MATTER_FIELDS, "address", "address_key", *PLACE_FIELDS)
_IMPORTED = "import:"
"""Begins the ``principal`` of events that came with a file: the next file of the matter replaces them."""
_SPAN = 4000
"""Rows compared by one statement: a moment's work, so that an import can be called off in between."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A staged row whose key others have too; rows of the same ``digest`` say the same."""

    row: int
    source: str
    matter_no: str
    accusation: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of known matters; ``updated_rows`` are their row numbers in the file."""

    unchanged: int
    updated_rows: tuple[int, ...]


def open_staging(session: Session) -> None:
    """Make the place where `stage` puts rows; it is gone with the transaction."""
    session.execute(text(_STAGING))
    session.execute(text("CREATE UNIQUE INDEX incoming_row ON incoming (row)"))


def stage(session: Session, batch_id: int, first: int, last: int, lines: Iterable[str]) -> int:
    """Stage rows, from the ``first`` number to the ``last``, and insert those of unknown matters.

    A line holds the fields `STAGED`; ``point`` is hexadecimal EWKB. Of one number only the first row is
    inserted. Nobody else may write matters meanwhile. Returns how many were inserted.
    """
    copy_lines(session, "incoming", STAGED, lines)
    span = {"low": first, "high": last + 1, "batch": batch_id}
    return _count(session.execute(text(_INSERT), span))


def find_duplicates(session: Session) -> dict[tuple[str, str], list[Duplicate]]:
    """Return the staged rows that share a source and number, by both, in the file's order."""
    found: dict[tuple[str, str], list[Duplicate]] = {}
    for one in session.execute(text(_DUPLICATES)):
        found.setdefault((one.source, one.matter_no), []).append(Duplicate(*one))
    return found


def take_back(session: Session, batch_id: int, rows: Sequence[int]) -> int:
    """Take off what was inserted of the staged rows' numbers; returns how many matters that were."""
    facts = {"batch": batch_id, "rows": list(rows)}
    return _count(session.execute(text(_TAKE_BACK), facts))


def drop_staged(session: Session, rows: Sequence[int]) -> None:
    """Take staged rows off again."""
    session.execute(text("DELETE FROM incoming WHERE row = ANY (:rows)"), {"rows": list(rows)})


def count_granularities(session: Session) -> dict[str, int]:
    """Return how many of the staged rows that may have a place have one how fine."""
    return {row.granularity: row.n for row in session.execute(text(_GRANULARITIES))}


def count_staged(session: Session) -> int:
    """Return how many rows are staged."""
    return int(session.execute(text("SELECT count(*) FROM incoming")).scalar_one())


def update_known(session: Session, batch_id: int, tell: Callable[[int], None]) -> Updated:
    """Update the staged rows' matters that were known before; identical ones are left alone.

    What people decided of a place stays while the source tells of the same address. ``tell`` is given the
    rows looked at every moment and may raise.
    """
    unchanged = 0
    updated: list[int] = []
    session.execute(text("ANALYZE incoming"))
    for span in _spans(session):
        tell(span["low"])
        known = {**span, "batch": batch_id}
        unchanged += _count(session.execute(text(_DROP_UNCHANGED), known))
        updated += session.scalars(text(_UPDATE), known).all()
    return Updated(unchanged, tuple(sorted(updated)))


def write_extensions(session: Session, batch_id: int) -> None:
    """Keep the extensions of what a batch wrote as clock events, in place of those of earlier files.

    Extensions that a person entered here stay. Call it once the batch's matters are written.
    """
    facts = {"batch": batch_id, "principal": f"{_IMPORTED}{batch_id}"}
    session.execute(text(_FORGET_EXTENSIONS), facts)
    session.execute(text(_WRITE_EXTENSIONS), facts)


def _spans(session: Session) -> Iterator[dict[str, int]]:
    first, last = session.execute(text("SELECT min(row), max(row) FROM incoming")).one()
    if first is not None:
        for low in range(first, last + 1, _SPAN):
            yield {"low": low, "high": low + _SPAN}


def _count(result: Result[object]) -> int:
    return int(result.rowcount)  # type: ignore[attr-defined]


def _list(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


_STAGING = f"""
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT 0 AS row, '' AS said, {", ".join(_FIELDS)}, NULL::integer AS extension_days,
    NULL::date AS extended_on, NULL::text AS extension_approver, NULL::text AS extension_reason
FROM petition LIMIT 0
"""  # noqa: S608
_DUPLICATES = """
SELECT row, source, matter_no, purpose = 'accusation', md5((to_jsonb(i) - 'row')::text) FROM incoming i
WHERE (source, matter_no) IN (SELECT source, matter_no FROM incoming GROUP BY 1, 2 HAVING count(*) > 1)
ORDER BY row
"""
_GRANULARITIES = "SELECT granularity, count(*) AS n FROM incoming WHERE granularity IS NOT NULL GROUP BY 1"
_SAME = "p.source = i.source AND p.matter_no = i.matter_no"
_KNOWN = f"{_SAME} AND p.batch_id <> :batch"
_IN_SPAN = "i.row >= :low AND i.row < :high"
_BY_CODE = """
({0}.place_method = 'code'
 OR {0}.place_reasons && ARRAY['code_disagrees', 'code_unknown', 'code_ambiguous'])
"""
_FINEST = """
(SELECT code FROM area WHERE id = coalesce({0}.grid_id, {0}.village_id, {0}.town_id, {0}.county_id))
"""
# The source's code is not kept, so what was placed by it, or doubted for it, tells whether it was corrected.
# Areas compare by code: new boundaries are no correction of a matter, and a code they no longer have is none.
_CODE_CORRECTED = f"""
({_BY_CODE.format("p")} OR {_BY_CODE.format("i")})
AND (p.place_status, {_FINEST.format("p")}) IS DISTINCT FROM (i.place_status, {_FINEST.format("i")})
AND NOT ('code_unknown' = ANY (i.place_reasons) AND EXISTS (
    SELECT FROM area WHERE valid_to IS NOT NULL
    AND id = coalesce(p.grid_id, p.village_id, p.town_id, p.county_id)))
"""
_UNDONE = f"""
(p.place_method = '{PlaceMethod.DECISION}' AND EXISTS (
    SELECT FROM place_decision d WHERE d.id = p.place_decision_id AND d.undone_at IS NOT NULL))
"""
# A person's word on the place outlives whatever else changes of the matter, but not another address, and not
# that it turns out to be an accusation. The address is compared as written too: normal forms may change.
_KEEPS_PLACE = f"""
(i.place_status IS NOT NULL AND (p.address = i.address OR p.address_key = i.address_key)
 AND (p.place_method IN ('{PlaceMethod.DECISION}', '{PlaceMethod.WORKER}')
      OR '{PlaceReason.WORKER_DISPUTES}' = ANY (p.place_reasons)) AND NOT {_UNDONE})
"""
# What the source said, as far as it is kept; how the matter was placed may have been bettered since. Only a
# point that came with the matter is the source's: others are the gazetteer's, or a person's.
_SAME_PLACE = f"""
p.datum IS NOT DISTINCT FROM i.datum
AND (p.point IS NOT DISTINCT FROM i.point
     OR '{PlaceMethod.COORDINATES}' NOT IN (coalesce(p.place_method, ''), coalesce(i.place_method, '')))
AND ({_CODE_CORRECTED}) IS NOT TRUE
"""
_OF_FILE = f"e.kind = 'extended' AND e.principal LIKE '{_IMPORTED}%'"
# Due days follow from rules that may have changed since; what they follow from is compared.
_COMPARED = (*(field for field in MATTER_FIELDS if field != "due_on"), "address")
_DROP_UNCHANGED = f"""
DELETE FROM incoming i USING petition p LEFT JOIN clock_event e ON e.petition_id = p.id AND {_OF_FILE}
WHERE {_IN_SPAN} AND {_KNOWN} AND (i.place_status IS NULL) = (p.place_status IS NULL)
  AND ({_list("p", _COMPARED)}) IS NOT DISTINCT FROM ({_list("i", _COMPARED)})
  AND (e.days, e.on_day, e.approver, e.reason) IS NOT DISTINCT FROM ({_list("i", EXTENSION_FIELDS)})
  AND ({_KEEPS_PLACE} OR ({_SAME_PLACE} AND NOT {_UNDONE}))
"""  # noqa: S608
_SET_PLACE = ", ".join(f"{f} = CASE WHEN {_KEEPS_PLACE} THEN p.{f} ELSE i.{f} END" for f in PLACE_FIELDS)
_UPDATE = f"""
UPDATE petition p
SET {", ".join(f"{f} = i.{f}" for f in (*MATTER_FIELDS[2:], "address", "address_key"))}, {_SET_PLACE},
    batch_id = :batch
FROM incoming i WHERE {_IN_SPAN} AND {_KNOWN} RETURNING i.row
"""  # noqa: S608
_INSERT = f"""
INSERT INTO petition ({", ".join(_FIELDS)}, batch_id)
SELECT {_list("i", _FIELDS)}, :batch FROM incoming i WHERE {_IN_SPAN} ORDER BY i.row
ON CONFLICT (source, matter_no) DO NOTHING
"""  # noqa: S608
_TAKE_BACK = f"""
DELETE FROM petition p USING incoming i WHERE i.row = ANY (:rows) AND {_SAME} AND p.batch_id = :batch
"""  # noqa: S608
_FORGET_EXTENSIONS = f"""
DELETE FROM clock_event e USING petition p
WHERE e.petition_id = p.id AND p.batch_id = :batch AND {_OF_FILE}
"""  # noqa: S608
# A day that somebody entered here already is the same extension.
_WRITE_EXTENSIONS = f"""
INSERT INTO clock_event (petition_id, kind, on_day, days, approver, reason, principal)
SELECT p.id, 'extended', i.extended_on, i.extension_days, i.extension_approver, i.extension_reason, :principal
FROM incoming i JOIN petition p ON {_SAME}
WHERE p.batch_id = :batch AND i.extension_days IS NOT NULL
ON CONFLICT DO NOTHING
"""  # noqa: S608
