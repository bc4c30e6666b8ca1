"""Units (责任单位): the league table, a unit's card, the steps of its listings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from grid.areas import Level
from grid.league import League, LeagueQuestion, LeagueView
from grid.listings import Quarter
from grid.ports.shared import CityReads
from grid.rectification.steps import StepAsked
from grid.unit_card import FigureQuestion, OpenedFigure, UnitCard
from grid.unit_maps import ClockMap, ListingMap


class UnitDesk(CityReads, Protocol):
    """Readings and steps of units; a town's or a unit's account is told of its own units alone."""

    def quarters(self) -> tuple[Quarter, ...]:
        """Return the quarters that can be asked for, newest (the running one) first."""

    def league(self, question: LeagueQuestion) -> League:
        """Return the table of a question: the frozen ranking where there is one, else live figures."""

    def figure(self, question: FigureQuestion) -> OpenedFigure:
        """Return a number with its definition and, where the reader may see them, a page of its matters.

        Reading matters is audited. Raises ``Refused('subject_unknown')`` or ``('indicator_unknown')``.
        """

    def listing_map(self, quarter: Quarter | None) -> ListingMap:
        """Return a quarter's units with listing, rank and who answers; the newest's where none is asked."""

    def clock_map(self, level: Level) -> ClockMap:
        """Return running clocks by area of a level and by unit, of the matters that the reader sees."""

    def card(self, code: str) -> UnitCard:
        """Return a unit's card; raises ``Refused('subject_unknown')``."""

    def take_step(self, asked: StepAsked) -> None:
        """Take a step of a listing; raises ``Refused`` as ``grid.rectification.steps.move`` says."""

    def propose(self, code: str, quarter: Quarter, words: str) -> None:
        """Propose a unit for listing; raises ``Refused``."""

    def export(self, question: LeagueQuestion, view: LeagueView, say: Callable[..., str]) -> bytes:
        """Return a workbook of a table's rows; ``say(key)`` gives the words; audited."""
