"""A small register: 120 matters behind a fake port that remembers what it was asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from grid.areas import Area, Level
from grid.assisting import AssistStep, AssistTold
from grid.clocks.states import days_left
from grid.matters import Category, Channel, Purpose, Stage, Track
from grid.places import Granularity, PlaceStatus
from grid.principals import Role
from grid.questions import City, DataVersion
from grid.refusals import Refused
from grid.register import (
    PAGE_ROWS,
    MatterDetail,
    RegisterClock,
    RegisterPage,
    RegisterQuestion,
    RegisterRow,
    register_clock,
)
from tests.screens.plan_city import CITY, TODAY

FOREIGN = 900
COUNT = 120
NOTES = (
    AssistTold(AssistStep.CONTACTED, datetime(2026, 11, 1, 17, 0, tzinfo=UTC)),
    AssistTold(AssistStep.VISITED, datetime(2026, 11, 3, 2, 0, tzinfo=UTC), "已陪同到现场查看"),
)


def make_row(number: int) -> RegisterRow:
    """A matter; every third without a due day, every fifth a repeat, every seventh without a place."""
    due = None if number % 3 == 0 else TODAY + timedelta(days=number % 40 - 12)
    clock = register_clock(due, None, Stage.HANDLING, TODAY)
    return RegisterRow(
        id=number,
        matter_no=f"XF{number:04d}",
        category=Category.LAND,
        channel=Channel.LETTER,
        stage=Stage.HANDLING,
        registered_on=date(2026, 5, 1) + timedelta(days=number),
        due_on=due,
        settled_on=None,
        clock=clock,
        days_left=days_left(due, TODAY) if due else None,
        is_repeat=number % 5 == 0,
        place=() if number % 7 == 0 else ("枫溪县", "下渡镇", f"村{number}"),
        unit="" if number % 11 == 0 else "住建局",
    )


class FakeMattersDesk:
    """``grid.ports.MattersDesk`` on behalf of a role; ``refusal`` is raised while it is set."""

    def __init__(self, role: Role = Role.BUREAU, count: int = COUNT) -> None:
        self.role = role
        self.rows = tuple(make_row(number) for number in range(1, count + 1))
        self.recused: tuple[str, ...] = ()
        self.refusal: Refused | None = None
        self.asked: list[tuple[Any, ...]] = []

    def version(self) -> DataVersion:
        return DataVersion(1, datetime(2026, 11, 19, 23, 30, tzinfo=UTC))

    def city(self) -> City:
        return CITY

    def areas(self, level: Level) -> tuple[Area, ...]:
        return ()

    def page(self, question: RegisterQuestion) -> RegisterPage:
        self._note("page", question)
        fitting = [row for row in self.rows if row.matter_no.startswith(question.number)]
        counts = {clock: sum(row.clock is clock for row in fitting) for clock in RegisterClock}
        wanted = [row for row in fitting if question.clock in (None, row.clock)]
        first = (question.page - 1) * PAGE_ROWS
        accusations = 31 if self.role is Role.BUREAU else None
        return RegisterPage(tuple(wanted[first : first + PAGE_ROWS]), len(wanted), counts, TODAY, accusations)

    def detail(self, matter_id: int) -> MatterDetail:
        self._note("detail", matter_id)
        row = next((row for row in self.rows if row.id == matter_id), None)
        if row is None:
            raise Refused("matter_unknown")
        return MatterDetail(
            row=row, purpose=Purpose.CLAIM, track=Track.ORDINARY, accepted_on=row.registered_on,
            replied_on=None, closed_on=None, submissions=2, is_backlog=False, evaluation=None,
            address="下渡镇渡口路 3 号", path=(*row.place, "第1网格"), functional="",
            place_status=PlaceStatus.ACCEPTED, granularity=Granularity.POINT,
            recused=self.recused if self.role is Role.BUREAU else None, notes=NOTES,
        )  # fmt: skip

    def export(self, question: RegisterQuestion, say: Any) -> bytes:
        self._note("export", question)
        return f"{say('register.sheet')} {len(self.rows)}".encode()

    def recuse(self, matter_id: int, login: str) -> None:
        self._note("recuse", matter_id, login)
        if login != "town-1":
            raise Refused("recusal_login_unknown")
        self.recused = (login,)

    def unrecuse(self, matter_id: int, login: str) -> None:
        self._note("unrecuse", matter_id, login)
        self.recused = ()

    def _note(self, name: str, *given: Any) -> None:
        self.asked.append((name, *given))
        if self.refusal is not None:
            raise self.refusal
