"""The four reports as data: which sections each has, in what order, and whether a map goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReportKind(StrEnum):
    """How often a report is made; its name in the files of words."""

    DAILY = "daily"
    """日研判."""
    WEEKLY = "weekly"
    """周会办."""
    MONTHLY = "monthly"
    """月通报."""
    QUARTERLY = "quarterly"
    """季核查, with the quarter's ranking."""


class SectionKind(StrEnum):
    """What a section tells."""

    SUMMARY = "summary"
    """The main figures with 环比 and 同比."""
    FLOW = "flow"
    """Stock and flow: 降总量、控增量、化存量."""
    RANKING = "ranking"
    """The quarter's scores and ranks."""
    INDICATORS = "indicators"
    """Every indicator of every unit."""
    CLOCKS = "clocks"
    """What is overdue and falls due soon, by area and by unit."""
    CATEGORIES = "categories"
    """What matters are about."""
    LISTINGS = "listings"
    """Listed units and how they stand."""
    MAP = "map"
    """The map picture."""


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of report: its sections in order."""

    kind: ReportKind
    sections: tuple[SectionKind, ...]


TEMPLATES = {
    template.kind: template
    for template in (
        Template(
            ReportKind.DAILY,
            (SectionKind.SUMMARY, SectionKind.CLOCKS, SectionKind.CATEGORIES, SectionKind.FLOW),
        ),
        Template(
            ReportKind.WEEKLY,
            (SectionKind.SUMMARY, SectionKind.FLOW, SectionKind.CLOCKS, SectionKind.CATEGORIES,
             SectionKind.LISTINGS, SectionKind.MAP),
        ),
        Template(
            ReportKind.MONTHLY,
            (SectionKind.SUMMARY, SectionKind.FLOW, SectionKind.MAP, SectionKind.INDICATORS,
             SectionKind.CATEGORIES, SectionKind.CLOCKS, SectionKind.LISTINGS),
        ),
        Template(
            ReportKind.QUARTERLY,
            (SectionKind.SUMMARY, SectionKind.RANKING, SectionKind.LISTINGS, SectionKind.MAP,
             SectionKind.INDICATORS, SectionKind.FLOW),
        ),
    )
}  # fmt: skip
