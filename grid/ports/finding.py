"""The port of the search that every desk has in its header."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from grid.finding import Found, Kind


class FindingDesk(Protocol):
    """Finds things on somebody's behalf: never one that they may not see."""

    def find(self, query: str, kinds: Collection[Kind]) -> tuple[Found, ...]:
        """Return the best things of some kinds; a matter only by its whole number, with an audit row.

        Raises ``Refused('not_allowed')`` for a kind that is not for the asker's role, and the database's.
        """
