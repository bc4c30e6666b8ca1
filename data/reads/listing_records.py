"""Readings of single listings: a listing with its evidence, steps and due days, and what may be done next.

What came by a list is known from the day of its import on: nobody owes a report of the time before. Of a unit
with several rows only the newest quarter's lives; the others say how it stood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Row, Select, cast, func, select, text
from sqlalchemy.orm import Session, aliased

from data import models
from data.clocks.terms import work_calendar
from data.reads import city
from data.reads.frozen_rankings import latest
from grid.ids import LARGEST_ID
from grid.listings import IN_FORCE, ListingState, Quarter, StepKind
from grid.principals import Role
from grid.rectification import steps as moves
from grid.rectification.criteria import meets_delisting, read_evidence
from grid.rectification.ranking import Ranking
from grid.rectification.records import ListingRecord
from grid.rectification.schemes import Terms
from grid.rectification.steps import NextStep, StepTaken
from grid.rectification.terms import Course, ListingDue, dues
from grid.refusals import Refused

_ENDED = frozenset({ListingState.DELISTED, ListingState.REJECTED})
_END_STEPS = frozenset({StepKind.DELIST, StepKind.REJECT})
_AGREED = frozenset({ListingState.RECTIFYING, ListingState.DELISTED})
_FROZEN_SHORT = text("""
    SELECT s.quarter, s.revision, s.as_of, (r->>'unit_id')::bigint AS unit_id,
        jsonb_path_exists(r, '$.parts[*] ? (@.short == true)') AS short
    FROM quarter_snapshot s, jsonb_array_elements(s.result->'rows') r
    WHERE (r->>'unit_id')::bigint = ANY (:units) ORDER BY s.quarter, s.revision""")
_Short = tuple[tuple[Quarter, date], ...]


def listing(session: Session, listing_id: int) -> ListingRecord:
    """Return one listing; raises ``Refused('listing_unknown')``, also for one that the reader may not see."""
    wanted = _select().where(models.Listing.id == listing_id)
    found = _records(session, wanted) if _is_id(listing_id) else ()
    if not found:
        raise Refused("listing_unknown")
    return found[0]


def listing_history(session: Session, unit_id: int) -> tuple[ListingRecord, ...]:
    """Return a unit's listings, newest quarter first."""
    table = models.Listing
    wanted = _select().where(table.unit_id == unit_id).order_by(table.quarter.desc())
    return _records(session, wanted) if _is_id(unit_id) else ()


def next_steps(session: Session, listing_id: int, role: Role) -> tuple[NextStep, ...]:
    """Return the steps that a role may take on a listing now; raises ``Refused('listing_unknown')``."""
    found = listing(session, listing_id)
    if not found.is_newest:
        return ()
    return moves.next_steps(found.state, role, meets_delisting=found.meets_delisting)


def listed_units(session: Session) -> set[int]:
    """Return the units that are proposed or listed now, by whichever quarter's list that was."""
    table = models.Listing
    states = [state.value for state in (*IN_FORCE, ListingState.PROPOSED)]
    return set(session.scalars(select(table.unit_id).where(table.state.in_(states), _is_newest())))


def not_to_propose(session: Session, quarter: Quarter) -> set[int]:
    """Return the units that a quarter proposes no more: listed now, or decided on in it or since."""
    table = models.Listing
    since = select(table.unit_id).where(table.quarter >= str(quarter))
    return listed_units(session) | set(session.scalars(since))


def _is_newest() -> Any:
    """Return whether a listing is the newest of its unit."""
    other = aliased(models.Listing)
    newest = select(func.max(other.quarter)).where(other.unit_id == models.Listing.unit_id)
    return models.Listing.quarter == newest.scalar_subquery()


def _select() -> Select[*tuple[Any, ...]]:
    unit, table, snapshot = models.Unit, models.Listing, models.QuarterSnapshot
    recorded_on = cast(func.timezone(city.CITY_ZONE, table.recorded_at), Date).label("recorded_on")
    return (
        select(table, unit.name, unit.area_id, snapshot.revision, recorded_on, _is_newest().label("newest"))
        .join(unit, unit.id == table.unit_id)
        .outerjoin(snapshot, snapshot.id == table.snapshot_id)
    )


def _records(session: Session, wanted: Select[*tuple[Any, ...]]) -> tuple[ListingRecord, ...]:
    rows = session.execute(wanted).all()
    if not rows:
        return ()
    on, last = city.today(session), latest(session)
    steps = _steps(session, [row.Listing.id for row in rows])
    short = _short(session, [row.Listing.unit_id for row in rows])
    terms, calendar = (last.scheme.terms if last else Terms()), work_calendar(session)
    made = []
    for row in rows:
        taken = tuple(steps[row.Listing.id])
        course = _course(row, taken, short[row.Listing.unit_id])
        owed = dues(course, terms, calendar, on) if row.newest else ()
        made.append(_record(row, taken, owed, last))
    return tuple(made)


def _record(
    row: Row[*tuple[Any, ...]],
    taken: tuple[StepTaken, ...],
    owed: tuple[ListingDue, ...],
    last: Ranking | None,
) -> ListingRecord:
    one = row.Listing
    return ListingRecord(
        listing_id=one.id,
        unit_id=one.unit_id,
        unit_name=row.name,
        area_id=row.area_id,
        quarter=Quarter.parse(one.quarter),
        state=ListingState(one.state),
        rank=one.rank,
        score=None if one.score is None else Decimal(str(one.score)).quantize(Decimal("0.01")),
        reason=one.reason,
        listed_on=one.listed_on,
        approver=one.approver,
        is_imported=one.batch_id is not None,
        is_newest=row.newest,
        meets_delisting=last is not None and meets_delisting(last, one.unit_id),
        revision=row.revision,
        evidence=read_evidence(one.evidence),
        steps=taken,
        dues=owed,
    )


def _course(row: Row[*tuple[Any, ...]], taken: tuple[StepTaken, ...], short: _Short) -> Course:
    """Return a listing's days as far as they are known here."""
    one, state = row.Listing, ListingState(row.Listing.state)
    days = {step.kind: step.on for step in taken}
    listed_on = one.listed_on
    if one.batch_id is not None and listed_on is not None:
        listed_on = max(listed_on, row.recorded_on)
    ended_on = next((step.on for step in taken if step.kind in _END_STEPS), None)
    return Course(
        proposed_on=days.get(StepKind.PROPOSE),
        listed_on=listed_on,
        # Of what an import says ended, the day is not known: nothing is owed of it.
        ended_on=(ended_on or listed_on) if state in _ENDED else None,
        agreed_on=days.get(StepKind.PLAN, listed_on) if state in _AGREED else None,
        steps=taken,
        short=short,
    )


def _steps(session: Session, listing_ids: Iterable[int]) -> dict[int, list[StepTaken]]:
    table = models.ListingStep
    wanted = select(table).where(table.listing_id.in_(list(listing_ids))).order_by(table.id)
    found: dict[int, list[StepTaken]] = defaultdict(list)
    for row in session.scalars(wanted):
        found[row.listing_id].append(StepTaken(StepKind(row.kind), row.on_day, row.official, row.words))
    return found


def _short(session: Session, unit_ids: Sequence[int]) -> dict[int, _Short]:
    """Return by unit the quarters that fell short by their latest revision, and since when they do."""
    first: dict[tuple[int, str], date] = {}
    for row in session.execute(_FROZEN_SHORT, {"units": list(unit_ids)}):
        if row.short:
            first.setdefault((row.unit_id, row.quarter), row.as_of)
        else:
            first.pop((row.unit_id, row.quarter), None)
    found: dict[int, list[tuple[Quarter, date]]] = defaultdict(list)
    for (unit_id, quarter), day in first.items():
        found[unit_id].append((Quarter.parse(quarter), day))
    return defaultdict(tuple, {unit_id: tuple(quarters) for unit_id, quarters in found.items()})


def _is_id(number: object) -> bool:
    return type(number) is int and 0 < number <= LARGEST_ID
