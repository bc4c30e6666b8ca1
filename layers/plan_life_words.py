"""Sentences of a plan's life: its days, what was done to it, what stands in its way, edits one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from grid.coverage import Assignment, AssignmentKind, CoverageBook, CoveragePlan, Leader, PlanState, Unit
from grid.planning import Edit
from grid.planning.blockers import Blocker
from grid.planning.history import Span
from grid.planning.lifecycle import PlanStep, is_in_force, is_over
from grid.planning.merging import Clash
from layers.words import Language, say

_ZONE = ZoneInfo("Asia/Shanghai")


class Names:
    """Names of units and leaders by id, from whatever books and histories know them."""

    def __init__(self, units: Iterable[Unit], leaders: Iterable[Leader], language: Language) -> None:
        self._units = {unit.id: unit.name for unit in units}
        self._leaders = {leader.id: leader.label for leader in leaders}
        self.language = language

    @classmethod
    def of_book(cls, book: CoverageBook, language: Language) -> Names:
        """Return the names that a book knows, those of parts included."""
        parts = (part for inside in book.parts.values() for part in inside)
        return cls((*book.units, *parts), book.leaders, language)

    def unit(self, unit_id: int | None) -> str:
        """Return a unit's name."""
        return self._units.get(unit_id or 0) or say("plan_life.unknown", self.language)

    def units(self, unit_ids: Iterable[int]) -> str:
        """Return the names of units in a row."""
        return say("plan_life.and", self.language).join(self.unit(one) for one in unit_ids)

    def leader(self, leader_id: int | None) -> str:
        """Return what to call a leader, or that nobody is named."""
        if leader_id is None:
            return say("plan.nobody", self.language)
        return self._leaders.get(leader_id) or say("plan_life.unknown", self.language)

    def leaders(self, leader_ids: Iterable[int | None]) -> str:
        """Return what to call leaders in a row."""
        return say("plan_life.and", self.language).join(self.leader(one) for one in leader_ids)


def standing_of(plan: CoveragePlan, today: date) -> str:
    """Return the code of how a plan stands on a day: its state, and of a published one whether it holds."""
    if plan.state is not PlanState.PUBLISHED:
        return plan.state.value
    if plan.valid_from == plan.valid_to:
        return "replaced"
    if is_in_force(plan, today):
        return "in_force"
    return "over" if is_over(plan, today) else "coming"


def span_words(span: Span, language: Language) -> str:
    """Return days in words: the last one included, as people count."""
    if span.until is None:
        return say("plan_life.span.open", language, since=span.since.isoformat())
    last = date.fromordinal(span.until.toordinal() - 1)
    return say("plan_life.span.closed", language, since=span.since.isoformat(), last=last.isoformat())


def step_words(step: PlanStep, language: Language) -> str:
    """Return who did what, when, and from which day on."""
    done = say(f"plan_life.done.{step.kind}", language)
    day = say("plan_life.from_day", language, day=step.on_day.isoformat()) if step.on_day else ""
    return say(
        "plan_life.step", language, at=moment(step.at),
        by=step.by or say("plan_life.by_import", language), done=f"{done}{day}",
    )  # fmt: skip


def moment(at: datetime) -> str:
    """Return a time of the city to the minute."""
    return f"{at.astimezone(_ZONE):%Y-%m-%d %H:%M}"


def blocker_words(one: Blocker, names: Names) -> str:
    """Return what stands in a plan's way."""
    facts = {"units": names.units(one.unit_ids), "leaders": names.leaders(one.leader_ids)}
    return say(f"plan_life.blocker.{one.code}", names.language, **facts)


def edit_words(edit: Edit, names: Names) -> str:
    """Return an edit as a sentence."""
    lifts = edit.value in {None, 0} if edit.kind != "share" else edit.value == 100
    key = f"plan_life.edit.{edit.kind}"
    if lifts and edit.kind in {"help", "pin", "forbid", "cap", "share", "link"}:
        lifted = edit.value == 0 or edit.kind in {"cap", "share"}
        key += "_lifted" if lifted else ""
    return say(
        key, names.language, unit=names.unit(edit.unit_id), leader=names.leader(edit.leader_id),
        other=names.unit(edit.other_id), value=edit.value or 0,
    )  # fmt: skip


def clash_words(clash: Clash, names: Names) -> str:
    """Return where two planners' changes meet."""
    return say(
        "plan_life.clash", names.language, unit=names.unit(clash.unit_id),
        theirs=names.leaders(clash.theirs), mine=names.leaders(clash.mine),
    )  # fmt: skip


def holders_words(rows: Sequence[Assignment], names: Names, *, with_units: bool = False) -> str:
    """Return who answers for a unit: who leads it, then who helps."""
    said = [_holder(one, names, with_units=with_units) for one in rows if one.kind is AssignmentKind.LEAD]
    said += [
        _holder(one, names, with_units=with_units) for one in rows if one.kind is not AssignmentKind.LEAD
    ]
    return say("plan_life.and", names.language).join(said) or say("plan.nobody", names.language)


def _holder(one: Assignment, names: Names, *, with_units: bool) -> str:
    key = f"plan_life.holder.{one.kind}{'_of' if with_units else ''}"
    return say(key, names.language, leader=names.leader(one.leader_id), unit=names.unit(one.unit_id))
