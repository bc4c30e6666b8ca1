"""Planning of coverage (包片编排): rules and steps of plans, workloads, runs of the suggester, patches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of, surrogate
from grid.coverage import BarReason, PlanState, RuleKind
from grid.planning.lifecycle import PlanStepKind
from grid.suggesting.runs import RunKind, RunStatus


class PlanRule(Base):
    """What a planner demands of a draft (``grid.coverage.PlanRule``)."""

    __tablename__ = "plan_rule"
    __table_args__ = (
        one_of("kind", RuleKind),
        UniqueConstraint(
            "plan_id", "kind", "unit_id", "leader_id", "other_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("value >= 0", name="value"),
    )
    id: Mapped[int] = surrogate()
    plan_id: Mapped[int] = mapped_column(ForeignKey("coverage_plan.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leader.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    value: Mapped[int | None]


class PlanStep(Base):
    """A step of a plan's life: proposed, returned, published, cancelled; insert-only."""

    __tablename__ = "plan_step"
    __table_args__ = (one_of("kind", PlanStepKind),)
    id: Mapped[int] = surrogate()
    plan_id: Mapped[int] = mapped_column(ForeignKey("coverage_plan.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    on_day: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text, server_default="")
    principal: Mapped[str] = mapped_column(Text)
    official: Mapped[str] = mapped_column(Text, server_default="")
    """The login or name under which the step is shown in the history."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class LeaderBar(Base):
    """不宜安排: a leader who may not be given a unit, effective-dated."""

    __tablename__ = "leader_bar"
    __table_args__ = (
        one_of("reason", BarReason),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        Index(
            "uq_leader_bar_open",
            "leader_id",
            "unit_id",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
    )
    id: Mapped[int] = surrogate()
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    reason: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, server_default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    principal: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WorkloadFormula(Base):
    """A version of the weighing of workloads (``grid.workloads.Formula``)."""

    __tablename__ = "workload_formula"
    __table_args__ = (
        UniqueConstraint("version"),
        CheckConstraint(
            "cases >= 0 AND open >= 0 AND overdue >= 0 AND due_soon >= 0 AND population >= 0"
            " AND cases + open + overdue + due_soon + population > 0",
            name="weights",
        ),
    )
    id: Mapped[int] = surrogate()
    version: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    cases: Mapped[int]
    open: Mapped[int]
    overdue: Mapped[int]
    due_soon: Mapped[int]
    population: Mapped[int]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UnitWorkload(Base):
    """What a unit and all below it have on their hands; made by the worker, accusations left out."""

    __tablename__ = "unit_workload"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True)
    as_of: Mapped[date]
    open: Mapped[int]
    overdue: Mapped[int]
    due_soon: Mapped[int]


class AreaWorkload(Base):
    """Matters whose accepted place is in a village or grid; made by the worker, accusations left out."""

    __tablename__ = "area_workload"
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    as_of: Mapped[date]
    open: Mapped[int]
    overdue: Mapped[int]
    recent: Mapped[int]
    """Registered within the year to ``as_of``."""


class PlanningRun(Base):
    """A run of the suggester or of siting on somebody's behalf; ``state`` is what the page shows of it."""

    __tablename__ = "planning_run"
    __table_args__ = (one_of("kind", RunKind), one_of("status", RunStatus))
    id: Mapped[int] = surrogate()
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    principal: Mapped[str] = mapped_column(Text, index=True)
    asked: Mapped[dict[str, Any]]
    state: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    stop_asked: Mapped[bool] = mapped_column(server_default="false")
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When its process last said something: one that is silent for long is lost."""
    ended_at: Mapped[datetime | None]


class PatchPlan(Base):
    """网格分工方案: a town's grids given to its grid workers."""

    __tablename__ = "patch_plan"
    __table_args__ = (
        one_of("state", PlanState),
        Index("uq_patch_plan_in_force", "town_id", unique=True, postgresql_where=text("state = 'published'")),
    )
    id: Mapped[int] = surrogate()
    town_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    proposed_by: Mapped[str | None] = mapped_column(Text)
    published_by: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]


class PatchAssignment(Base):
    """One grid given to one worker in a town's patch plan; no worker where nobody has it yet."""

    __tablename__ = "patch_assignment"
    plan_id: Mapped[int] = mapped_column(ForeignKey("patch_plan.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class TravelTime(Base):
    """A given travel time from an area to another of its level, in minutes; none is out of reach."""

    __tablename__ = "travel_time"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)
    from_area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    to_area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[int] = mapped_column(SmallInteger)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
