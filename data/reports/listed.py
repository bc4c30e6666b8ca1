"""The section of listed units (挂牌单位): how each stands, and who answers for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from data.reads import listings
from data.reports.asked import Asked
from grid.listings import IN_FORCE, Listing, ListingState, Quarter
from grid.reports.content import ColumnKind, Section, Table
from grid.reports.templates import ReportKind, SectionKind


def quarter_of(session: Session, asked: Asked) -> Quarter | None:
    """Return the quarter whose list holds: the report's own, else the newest by its last day."""
    if asked.report.kind is ReportKind.QUARTERLY:
        return Quarter.of(asked.period.since)
    return listings.quarter_in_force(session, asked.until)


def listings_of(session: Session, asked: Asked) -> tuple[Quarter | None, tuple[Listing, ...]]:
    """Return the quarter and its listings, worst rank first; what was not listed is left out."""
    quarter = quarter_of(session, asked)
    found = listings.listings(session, quarter) if quarter else ()
    return quarter, tuple(one for one in found if one.state is not ListingState.REJECTED)


def listed(session: Session, asked: Asked) -> Section:
    """Return the listings in force or proposed, with states, ranks and duty holders."""
    quarter, found = listings_of(session, asked)
    title = asked.words("section.listings")
    if quarter is None or not found:
        return Section(SectionKind.LISTINGS, title, (asked.words("listings.none"),))
    columns = (
        asked.column("unit_name", ColumnKind.TEXT, width=1.5),
        asked.column("state", ColumnKind.TEXT, width=0.95),
        asked.column("rank", width=0.6),
        asked.column("previous_rank", width=0.7),
        asked.column("score", ColumnKind.SCORE, width=0.85),
        asked.column("listed_on", ColumnKind.DAY, width=1.45),
        asked.column("leader", ColumnKind.TEXT, width=1.3),
        asked.column("reason", ColumnKind.TEXT, width=2.5),
    )
    rows = tuple(
        (
            one.unit_name,
            asked.say(f"listing_state.{one.state}"),
            one.rank,
            one.previous_rank,
            one.score,
            one.listed_on,
            one.leader_label,
            one.reason,
        )
        for one in found
    )
    table = Table(
        "listings",
        asked.words("table.listings", quarter=str(quarter)),
        columns,
        rows,
        notes=(asked.words("note.listings"),),
    )
    in_force = sum(one.state in IN_FORCE for one in found)
    proposed = sum(one.state is ListingState.PROPOSED for one in found)
    facts = {"quarter": str(quarter), "listed": in_force, "proposed": proposed}
    return Section(SectionKind.LISTINGS, title, (asked.words("listings.told", **facts),), (table,))
