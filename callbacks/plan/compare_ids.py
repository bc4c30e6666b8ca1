"""Ids of the page that shows two plans side by side."""

from __future__ import annotations

from enum import StrEnum


class CompareId(StrEnum):
    """Components with one place."""

    ROOT = "plan-compare-root"
    FIRST = "plan-compare-first"
    """Select: the plan on the left."""
    SECOND = "plan-compare-second"
    """Select: the plan on the right, which the left one is held against."""
    SWAP = "plan-compare-swap"
    SIZE = "plan-compare-size"
    """Store: the size of either map in CSS pixels."""
    MAP_BOX = "plan-compare-map-box"
    FIRST_MAP = "plan-compare-first-map"
    SECOND_MAP = "plan-compare-second-map"
    NOTICE = "plan-compare-notice"
    FIGURES = "plan-compare-figures"
    LOADS = "plan-compare-loads"
    MOVED = "plan-compare-moved"
    HANDOVER = "plan-compare-handover"
    ADDRESS = "plan-compare-address"
    """Store: which two are shown, as ``assets/plan_compare.js`` puts it into the address."""
