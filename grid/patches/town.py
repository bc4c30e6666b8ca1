"""A town whose grids are shared among grid workers: what is known of it, and its patch plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grid.areas import Area
from grid.coverage import PlanState
from grid.measures import SMALL_CELL

RECENT_WEIGHT = 1
"""Of a matter registered within a year, 分."""
OPEN_WEIGHT = 2
"""Of a matter still open, beside that."""
RESIDENTS_A_POINT = 100
"""So many residents count as one matter."""
STAND_IN = SMALL_CELL // 2
"""What a count that is not shown weighs: a load is made of what may be seen, and tells nothing else."""


@dataclass(frozen=True, slots=True)
class PatchGrid:
    """A grid of the town; ``recent`` and ``open`` are counts of matters, none where they must not be shown.

    They are hidden below five, and where another's hidden count could be told from them; ``population`` is
    none where it is not known.
    """

    area: Area
    village: str
    recent: int | None
    open: int | None
    population: int | None

    @property
    def name(self) -> str:
        """The grid's name with its village's: grids are numbered in each village anew."""
        return self.village + self.area.name

    @property
    def matters_weight(self) -> int:
        """What matters weigh: those of a year, and those still open twice more, in 分."""
        recent = STAND_IN if self.recent is None else self.recent
        still = STAND_IN if self.open is None else self.open
        return RECENT_WEIGHT * recent + OPEN_WEIGHT * still

    @property
    def weight(self) -> int:
        """The grid's load in 分: its matters, and its residents."""
        return self.matters_weight + (self.population or 0) // RESIDENTS_A_POINT


@dataclass(frozen=True, slots=True)
class PatchWorker:
    """A grid worker's account: its sign-in name, a work name, and which grids of the town it has today."""

    id: int
    login: str
    grid_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class PatchPlan:
    """网格分工方案: who has which grid of a town. ``version`` is the optimistic lock; ``id`` 0 is not saved.

    ``holders`` gives the worker's account by grid, none for nobody. ``created_by``, ``proposed_by`` and
    ``published_by`` are sign-in names; ``own`` says that whoever asks made or proposed it, and so must not
    approve it.
    """

    id: int
    town_id: int
    name: str
    state: PlanState
    version: int
    holders: Mapping[int, int | None]
    created_at: datetime | None = None
    created_by: str = ""
    proposed_by: str = ""
    published_by: str = ""
    published_at: datetime | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its grids, workers, borders in metres by (smaller id, larger id), and plans, newest first.

    ``middles`` are label points in metres on a plane around the town, by grid.
    """

    area: Area
    grids: tuple[PatchGrid, ...]
    workers: tuple[PatchWorker, ...]
    borders: Mapping[tuple[int, int], float]
    middles: Mapping[int, tuple[float, float]]
    plans: tuple[PatchPlan, ...] = ()

    def today(self) -> dict[int, int | None]:
        """Return who has each grid today, none for nobody."""
        return holders_today((grid.area.id for grid in self.grids), self.workers)


@dataclass(frozen=True, slots=True)
class TownState:
    """A town in the list: how many grids, workers who have some, grids of nobody, and plans under way.

    ``ratio`` is the heaviest worker's load over the mean, none without workers or load.
    """

    area_id: int
    name: str
    county: str
    grids: int
    workers: int
    unheld: int
    ratio: float | None
    published_at: datetime | None
    drafts: int = 0
    proposed: int = 0


def holders_today(grid_ids: Iterable[int], workers: Sequence[PatchWorker]) -> dict[int, int | None]:
    """Return who has each grid, none for nobody; of several the one with the fewest grids."""
    holders: dict[int, int | None] = dict.fromkeys(grid_ids)
    for worker in sorted(workers, key=lambda one: (-len(one.grid_ids), one.id)):
        holders |= dict.fromkeys(worker.grid_ids & holders.keys(), worker.id)
    return holders
