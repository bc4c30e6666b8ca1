"""Clock records (时限记录): a matter's clocks on a day with what was assumed of it."""

from __future__ import annotations

from dataclasses import dataclass

from grid.clocks.events import ClockedMatter
from grid.clocks.matter_clocks import MatterClock
from grid.clocks.row_events import Assumption


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """One matter with its clocks, those that are open first; none is open that is settled on no known day."""

    matter: ClockedMatter
    clocks: tuple[MatterClock, ...]
    assumed: tuple[Assumption, ...]

    @property
    def is_undated(self) -> bool:
        """Return whether it is settled and nobody knows when."""
        return Assumption.SETTLED_UNDATED in self.assumed
