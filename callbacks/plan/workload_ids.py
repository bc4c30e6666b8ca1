"""Ids of the panel of the workload formula."""

from __future__ import annotations

from enum import StrEnum


class WorkloadId(StrEnum):
    """Components with one place."""

    CHOICE = "plan-workload-choice"
    """Which version the plan on the board is weighed by."""
    NAME = "plan-workload-name"
    ADD = "plan-workload-add"
    SAID = "plan-workload-said"


class WorkloadKind(StrEnum):
    """Types of components that there are many of."""

    WEIGHT = "plan-workload-weight"
    """Of a measure, by its name."""
