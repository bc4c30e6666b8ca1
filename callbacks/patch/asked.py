"""What an address of the patch asks for: the one place that trusts nothing from the browser."""

from __future__ import annotations

from dataclasses import dataclass

from callbacks.patch.ids import Tab
from grid.clocks.states import ClockState

NO_CLOCK = "none"
"""Filter for matters without a due day, such as those not accepted yet."""
CLOCKS = (ClockState.OVERDUE.value, ClockState.DUE_SOON.value, ClockState.RUNNING.value, NO_CLOCK)


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the screen; ``choose`` when a grid is to be chosen, ``matter_id`` whose place is checked."""

    grid_id: int | None = None
    tab: Tab = Tab.MATTERS
    clock: str | None = None
    choose: bool = False
    matter_id: int | None = None


def read_address(
    *,
    grid: object = None,
    tab: object = None,
    clock: object = None,
    choose: object = None,
    matter: object = None,
) -> Asked:
    """Return what query values ask for; anything unknown is as if it were not there."""
    return Asked(
        grid_id=_id(grid),
        tab=Tab(tab) if isinstance(tab, str) and tab in set(Tab) else Tab.MATTERS,
        clock=clock if isinstance(clock, str) and clock in CLOCKS else None,
        choose=choose == "1",
        matter_id=_id(matter),
    )


def _id(text: object) -> int | None:
    """Return an id of at most 18 digits, which a database's bigint always holds."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    return None
