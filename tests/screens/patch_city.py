"""A small grid for the patch: six open matters, one of them without a point, and two service points."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from grid.areas import Area, AreaKind, Level
from grid.assisting import AssistNote
from grid.clocks.states import clock_state
from grid.matters import Category, Channel, Stage
from grid.places import Granularity
from grid.questions import City, DataVersion, Patch, PatchMatter, PatchPoint
from grid.refusals import Refused
from grid.reviewing import PlaceSaid
from tests.screens.plan_city import CITY, TODAY


def make_matter(number: int, left: int | None, *, placed: bool = True) -> PatchMatter:
    """An open matter with so many days left."""
    due = None if left is None else TODAY + timedelta(days=left)
    return PatchMatter(
        id=number,
        matter_no=f"X{number}",
        category=Category.LAND,
        channel=Channel.LETTER,
        stage=Stage.HANDLING,
        registered_on=date(2026, 9, 1) + timedelta(days=number),
        due_on=due,
        clock=None if due is None else clock_state(due, None, TODAY),
        days_left=left,
        is_repeat=number == 1,
        granularity=Granularity.POINT if placed else Granularity.GRID,
        lon=119.01 if placed else None,
        lat=28.01 if placed else None,
    )


MATTERS = (
    make_matter(1, 30),
    make_matter(2, -9),
    make_matter(3, None),
    make_matter(4, 7),
    make_matter(5, -1),
    make_matter(6, 0, placed=False),
)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[119, 28], [119.02, 28], [119.02, 28.02], [119, 28.02], [119, 28]]],
}


class FakePatchDesk:
    """``grid.ports.PatchReads``: the worker has grids 4 and 14, and 24 is another's."""

    def __init__(self) -> None:
        self.matters: tuple[PatchMatter, ...] = MATTERS
        self.points = (
            PatchPoint("下渡代办点", "下渡村", 3, 119.03, 28.01, 421.0),
            PatchPoint("上渡代办点", "上渡村", 2, None, None, None),
        )
        self.refusal: Refused | None = None
        self.said: list[PlaceSaid] = []
        self.notes: list[AssistNote] = []
        self.own: tuple[tuple[Area, int], ...] = ((self._area(4), 6), (self._area(14), 2))

    def version(self) -> DataVersion:
        return DataVersion(1, datetime(2026, 11, 19, 23, 30, tzinfo=UTC))

    def city(self) -> City:
        if self.refusal is not None:
            raise self.refusal
        return CITY

    def grids(self) -> tuple[tuple[Area, int], ...]:
        return self.own

    def patch(self, grid_id: int) -> Patch:
        if grid_id not in {4, 14, 24}:
            raise Refused("area_unknown")
        return Patch(
            self._area(grid_id),
            ("枫溪市", "县1", "镇2", "村3", "网格4"),
            SQUARE,
            self.matters,
            11,
            self.points,
        )

    def report_place(self, said: PlaceSaid) -> None:
        self._known(said.matter_id)
        if said.point is not None and not 119 <= said.point[0] <= 120:
            raise Refused("place_outside_patch")
        self.said.append(said)

    def take_back_report(self, matter_id: int) -> None:
        self._known(matter_id)
        if not self.said:
            raise Refused("report_unknown")
        self.said.pop()

    def assist(self, note: AssistNote) -> bool:
        self._known(note.matter_id)
        same = next((one for one in self.notes if one.key == note.key), None)
        if same is not None and not same.tells_same(note):
            raise Refused("note_key_reused")
        if same is None:
            self.notes.append(note)
        return same is None

    def _known(self, matter_id: int) -> None:
        if matter_id not in {one.id for one in self.matters}:
            raise Refused("matter_unknown")

    def _area(self, number: int) -> Area:
        return Area(
            number,
            Level.GRID,
            AreaKind.REGULAR,
            "1",
            f"区{number}",
            "T",
            "1",
            number - 1 or None,
            812,
            1.25,
            119,
            28,
        )
