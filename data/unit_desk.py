"""The desk of units: its readings, the steps of listings, and the league table as a file."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from data.desks import CityDesk
from data.export.league import write_league
from data.faults import refusing
from data.reads import unit_maps, units
from data.reads.noting import noting
from data.writes import rectification
from grid.areas import Level
from grid.audits import Action
from grid.league import League, LeagueQuestion, LeagueView, shown_rows
from grid.listings import Quarter
from grid.principals import Principal
from grid.rectification import StepAsked
from grid.unit_card import FigureQuestion, OpenedFigure, UnitCard
from grid.unit_maps import ClockMap, ListingMap


class UnitDesk(CityDesk):
    """``grid.ports.UnitDesk`` over PostGIS."""

    def quarters(self) -> tuple[Quarter, ...]:
        """Return the quarters that can be asked for."""
        return self._read(units.quarters)

    def league(self, question: LeagueQuestion) -> League:
        """Return the table of a question."""
        return self._read(units.league, question)

    def figure(self, question: FigureQuestion) -> OpenedFigure:
        """Return a number with its meaning."""
        if self._principal.role in units.ONE_BY_ONE:
            return self._note(_figure, question)
        return self._read(units.figure, question, self._principal.role)

    def listing_map(self, quarter: Quarter | None) -> ListingMap:
        """Return a quarter's units on the map."""
        return self._read(unit_maps.listing_map, quarter)

    def clock_map(self, level: Level) -> ClockMap:
        """Return running clocks by area and by unit."""
        return self._read(unit_maps.clock_map, level)

    def card(self, code: str) -> UnitCard:
        """Return a unit's card."""
        return self._read(units.card, code, self._principal.role)

    def take_step(self, asked: StepAsked) -> None:
        """Take a step of a listing."""
        with refusing():
            rectification.take_step(self._engine, self._principal, asked)

    def propose(self, code: str, quarter: Quarter, words: str) -> None:
        """Propose a unit for listing."""
        subject = self._read(units.unit_of, code)
        with refusing():
            rectification.propose(self._engine, self._principal, quarter, subject.unit_id or 0, words)

    def export(self, question: LeagueQuestion, view: LeagueView, say: Callable[..., str]) -> bytes:
        """Return a workbook of a table's rows."""
        return self._note(_export, question, view, say)


def _figure(engine: Engine, principal: Principal, question: FigureQuestion) -> OpenedFigure:
    with noting(engine, principal, Action.COHORT_READ, "petition") as (session, facts):
        found = units.figure(session, question, principal.role)
        facts["indicator"], facts["units"] = found.definition.code, [found.subject.name]
        facts["page"], facts["count"] = question.page, len(found.matters.matters) if found.matters else 0
    return found


def _export(
    engine: Engine, principal: Principal, question: LeagueQuestion, view: LeagueView, say: Callable[..., str]
) -> bytes:
    with noting(engine, principal, Action.LEAGUE_EXPORT, "unit") as (session, facts):
        league = units.league(session, question)
        rows = shown_rows(league, view)
        facts["quarter"], facts["count"] = str(question.quarter), len(rows)
        facts["checksum"] = league.ranking.checksum or ""
    return write_league(league, rows, say)
