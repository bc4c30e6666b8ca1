"""挂牌整治 beside the listing itself: schemes, frozen quarters, steps; indicator sums; supervision (督办)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of, surrogate
from grid.listings import StepKind


class IndicatorSum(Base):
    """An indicator's numerator and denominator of a unit and month: what league tables add up."""

    __tablename__ = "indicator_sum"
    __table_args__ = (
        # Months first: a league table reads a few months of all units.
        PrimaryKeyConstraint("month", "unit_id", "indicator", "version"),
        CheckConstraint("numerator BETWEEN 0 AND denominator", name="numerator"),
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    month: Mapped[date]
    indicator: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    numerator: Mapped[int]
    denominator: Mapped[int]


class ScoreScheme(Base):
    """考核办法: a version of criteria and weights; never changed, only followed by the next."""

    __tablename__ = "score_scheme"
    __table_args__ = (CheckConstraint("minimum_n >= 1", name="minimum_n"),)
    id: Mapped[int] = surrogate()
    version: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    minimum_n: Mapped[int]
    content: Mapped[dict[str, Any]]
    """Weights, targets and criteria by indicator and version (``grid.listings`` reads it)."""
    with_visits: Mapped[bool] = mapped_column(server_default="false")
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuarterSnapshot(Base):
    """A quarter frozen: what its scores and ranks were computed from, with a checksum."""

    __tablename__ = "quarter_snapshot"
    __table_args__ = (
        UniqueConstraint("quarter", "revision"),
        CheckConstraint("quarter ~ '^[0-9]{4}Q[1-4]$'", name="quarter"),
    )
    id: Mapped[int] = surrogate()
    quarter: Mapped[str] = mapped_column(String(6))
    revision: Mapped[int]
    scheme_id: Mapped[int] = mapped_column(ForeignKey("score_scheme.id"))
    as_of: Mapped[date]
    data_version: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]]
    """Units with score, rank and indicators, as they were shown."""
    taken_by: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SnapshotMatter(Base):
    """A matter in a frozen cohort. No foreign key: what was frozen stays whatever becomes of the matter."""

    __tablename__ = "snapshot_matter"
    snapshot_id: Mapped[int] = mapped_column(
        ForeignKey("quarter_snapshot.id", ondelete="CASCADE"), primary_key=True
    )
    indicator: Mapped[str] = mapped_column(Text, primary_key=True)
    petition_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int]
    """By how many it counts in the denominator (matters: 1; submissions: more)."""
    met: Mapped[int]
    """By how many it counts in the numerator."""


class ListingStep(Base):
    """A step in a listing's life: proposed, listed, reported, explained, called in, delisted."""

    __tablename__ = "listing_step"
    __table_args__ = (one_of("kind", StepKind),)
    id: Mapped[int] = surrogate()
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    on_day: Mapped[date]
    official: Mapped[str] = mapped_column(Text, server_default="")
    """The named approver or leader (post, perhaps name) who did it."""
    words: Mapped[str] = mapped_column(Text, server_default="")
    """Reason, explanation or report in words."""
    principal: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class SupervisionCase(Base):
    """A procedure (``grid.supervision``) under way: on a matter, a unit or a leader's duty."""

    __tablename__ = "supervision_case"
    __table_args__ = (
        CheckConstraint("num_nonnulls(petition_id, unit_id, leader_id) >= 1", name="subject"),
        CheckConstraint("ended_at IS NULL OR ended_at >= opened_at", name="ended"),
        Index("ix_supervision_case_open", "procedure", postgresql_where="ended_at IS NULL"),
        # A second click opens nothing, and nothing opens twice for one cause.
        Index(
            "uq_supervision_case_open",
            "procedure",
            "petition_id",
            "unit_id",
            "leader_id",
            "opened_by",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where="ended_at IS NULL",
        ),
        Index(
            "uq_supervision_case_cause",
            "procedure",
            "petition_id",
            "cause",
            unique=True,
            postgresql_where="cause <> ''",
        ),
    )
    id: Mapped[int] = surrogate()
    procedure: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    petition_id: Mapped[int | None] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit that answers: beside a matter it is who the steps are asked of."""
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leader.id"), index=True)
    opened_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    opened_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    cause: Mapped[str] = mapped_column(Text, server_default="")
    """What in the imported matter opened it; empty for what a person opened."""
    ended_at: Mapped[datetime | None]
    withdrawn: Mapped[bool] = mapped_column(server_default="false")
    """Ended because it should not have been opened, with its steps left undone."""
    outcome: Mapped[str] = mapped_column(Text, server_default="")


class SupervisionStep(Base):
    """A step of a case that was done."""

    __tablename__ = "supervision_step"
    __table_args__ = (UniqueConstraint("case_id", "step", "turn"),)
    id: Mapped[int] = surrogate()
    case_id: Mapped[int] = mapped_column(ForeignKey("supervision_case.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(Text)
    turn: Mapped[int] = mapped_column(server_default="1")
    """The how-manieth time, for steps that come round."""
    done_on: Mapped[date]
    done_at: Mapped[datetime] = mapped_column(server_default=func.now())
    official: Mapped[str] = mapped_column(Text, server_default="")
    words: Mapped[str] = mapped_column(Text, server_default="")
    principal: Mapped[str] = mapped_column(Text)
