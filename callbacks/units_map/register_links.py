"""The way from a number on the clock map to the register: the area's matters whose clock stands so."""

from __future__ import annotations

from urllib.parse import urlencode

from grid.clocks.counts import ClockQuestion
from grid.register import SortColumn

_PATH = "/matters"


def register_address(area_id: int, question: ClockQuestion) -> str:
    """Return the address of the very matters that are counted, the first due first."""
    fields = {"area": area_id, "due": question, "sort": SortColumn.DUE, "dir": "asc"}
    return f"{_PATH}?{urlencode({name: str(value) for name, value in fields.items()})}"
