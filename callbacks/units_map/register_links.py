"""The way from a number on the clock map to the register: the area's matters whose clock stands so."""

from __future__ import annotations

from urllib.parse import urlencode

from grid.register import RegisterClock, SortColumn
from grid.unit_maps import ClockQuestion

_PATH = "/matters"
_CLOCKS = {
    ClockQuestion.OVERDUE: RegisterClock.OVERDUE,
    ClockQuestion.DUE_IN_3: RegisterClock.DUE_SOON,
    ClockQuestion.DUE_IN_7: RegisterClock.DUE_SOON,
}


def register_address(area_id: int, question: ClockQuestion) -> str:
    """Return the address of an area's matters with such a 办结 clock, the first due first.

    The register knows of due soon in seven days: those of three days stand on top.
    """
    fields = {"clock": _CLOCKS[question], "area": area_id, "sort": SortColumn.DUE, "dir": "asc"}
    return f"{_PATH}?{urlencode({name: str(value) for name, value in fields.items()})}"
