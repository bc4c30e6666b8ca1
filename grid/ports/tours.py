"""The desk at which tours of the wall are kept, and from which the wall plays them."""

from __future__ import annotations

from typing import Protocol

from grid.ports.shared import CityReads
from grid.tours import Shown, Tour


class TourDesk(CityReads, Protocol):
    """Readings and writings of tours (轮播)."""

    def tours(self) -> tuple[Tour, ...]:
        """Return every tour, by name."""

    def tour(self, key: str) -> Tour:
        """Return the tour of an id or a name; raises ``Refused('tour_unknown')``."""

    def shown(self) -> Shown:
        """Return what there is to show today, of what is published alone."""

    def save_tour(self, tour: Tour) -> Tour:
        """Save a tour under its optimistic lock and return it as it is kept; one with id 0 is new.

        Raises ``Refused``: ``tour_unknown``, ``tour_changed_meanwhile``, ``tour_name_taken``, ``tours_full``,
        ``not_allowed``.
        """

    def discard_tour(self, tour_id: int, version: int) -> None:
        """Delete a tour as it was seen; raises as ``save_tour`` does."""
