"""Matters one by one: a worker's patch, the review of places, and the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from grid.areas import Area
from grid.assisting import AssistNote
from grid.clocks.events import ClockEvent
from grid.ports.shared import CityReads
from grid.questions import Patch
from grid.register import MatterDetail, RegisterPage, RegisterQuestion
from grid.reviewing import Candidate, Decision, DecisionMade, PlaceSaid, ReviewItem, ReviewQueue, Undone


class PatchReads(CityReads, Protocol):
    """Readings of a grid worker's patch, and what the worker says of where its matters are."""

    def patch(self, grid_id: int) -> Patch:
        """Return one grid; raises ``Refused('area_unknown')``."""

    def grids(self) -> tuple[tuple[Area, int], ...]:
        """Return the principal's grids, each with its open matters, the busiest first."""

    def report_place(self, said: PlaceSaid) -> None:
        """Keep what the worker says of a matter's place; the same again changes nothing.

        Raises ``Refused('matter_unknown')`` for what is not theirs, or ``('place_outside_patch')``.
        """

    def take_back_report(self, matter_id: int) -> None:
        """Take back the worker's own last report of a matter.

        Raises ``Refused``: ``matter_unknown``, ``report_unknown`` or ``report_overtaken``.
        """

    def assist(self, note: AssistNote) -> bool:
        """Keep what the worker did about a matter; False where the same note was kept before.

        Raises ``Refused('matter_unknown')`` for what is not theirs, or ``('note_key_reused')`` where the key
        came with another note.
        """


class ReviewDesk(CityReads, Protocol):
    """Readings and writings of the review of places."""

    def queue(self, page: int = 1) -> ReviewQueue:
        """Return a page of the texts that wait, without candidates and suggestions; audited.

        The first page for one beyond the last. Raises ``Refused('review_page_unknown')``.
        """

    def item(self, key: str) -> ReviewItem:
        """Return one text with what it may mean; raises ``Refused('review_item_unknown')``."""

    def candidates(self, area_ids: tuple[int, ...]) -> tuple[Candidate, ...]:
        """Return areas valid today with path and outline; unknown ids are left out."""

    def find_areas(self, words: str) -> tuple[Candidate, ...]:
        """Return the areas that words mean: parts of names, their sound or its first letters, or a code."""

    def areas_around(self, bounds: tuple[float, float, float, float]) -> tuple[Area, ...]:
        """Return areas of one level in a box (west, south, east, north), as fine as a map has room for."""

    def area_at(self, lon: float, lat: float) -> Candidate:
        """Return the narrowest area that holds a point; raises ``Refused('point_outside_city')``."""

    def decisions(self, key: str = "") -> tuple[DecisionMade, ...]:
        """Return the latest 20 decisions, newest first, or the one in force on a text."""

    def decide(self, decision: Decision) -> DecisionMade:
        """Place all matters of a text.

        Raises ``Refused``: ``review_item_unknown``, ``decision_in_force`` (``area``),
        ``decision_names_nothing``, ``area_unknown``, ``decision_area_functional``,
        ``decision_area_too_wide``, ``point_outside_city`` or ``point_outside_area``.
        """

    def undo(self, decision_id: int) -> Undone:
        """Put the matters of a decision back as they were, but for what something else has placed since.

        Raises ``Refused``: ``decision_unknown`` or ``decision_undone``.
        """


class MattersDesk(CityReads, Protocol):
    """The register: matters one by one within the principal's scope. Every reading of it is audited."""

    def page(self, question: RegisterQuestion) -> RegisterPage:
        """Return one page of the register, with the city's count of accusations for the petition bureau."""

    def detail(self, matter_id: int) -> MatterDetail:
        """Return one matter; raises ``Refused('matter_unknown')``, also for what is not the principal's."""

    def export(self, question: RegisterQuestion, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of all matters of a question; ``say(key)`` gives the words.

        Raises ``Refused('export_too_large')`` (``count``, ``most``).
        """

    def record_event(self, matter_id: int, event: ClockEvent) -> None:
        """Enter an extension or a hearing of a matter's clocks, by the petition bureau only.

        Raises ``Refused``: ``matter_unknown``, ``clock_event_twice``, ``clock_settled_undated``, those of
        ``grid.clocks.entries.add_event``, or ``not_allowed``.
        """

    def recuse(self, matter_id: int, login: str) -> None:
        """Keep a matter from an account, by the petition bureau only.

        Raises ``Refused``: ``matter_unknown``, ``recusal_login_unknown``, ``recusal_own`` for one's own
        account, ``recusal_needless`` for one that reads no matters, or ``not_allowed``.
        """

    def unrecuse(self, matter_id: int, login: str) -> None:
        """Let an account see a matter again; raises as ``recuse``."""
