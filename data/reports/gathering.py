"""A report gathered section by section, all of it from one snapshot of the database."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data.reads.city import CITY_ZONE
from data.reports import clocks, indicators, listed, mapped, matters, ranking
from data.reports.asked import Asked, Say, ask
from data.reports.definitions import definitions
from grid.reports.content import Report, Section
from grid.reports.periods import ReportPeriod
from grid.reports.templates import TEMPLATES, SectionKind

Told = Callable[[SectionKind], None]
_SECTIONS: dict[SectionKind, Callable[[Session, Asked], Section]] = {
    SectionKind.SUMMARY: matters.summary,
    SectionKind.FLOW: matters.flow,
    SectionKind.RANKING: ranking.ranked,
    SectionKind.INDICATORS: indicators.league,
    SectionKind.CLOCKS: clocks.clocks,
    SectionKind.CATEGORIES: matters.categories,
    SectionKind.LISTINGS: listed.listed,
    SectionKind.MAP: mapped.mapped,
}


def gather(session: Session, asked_for: ReportPeriod, say: Say, told: Told = lambda _: None) -> Report:
    """Return the report of a period; ``told`` is called when a section is done.

    Raises ``Refused``: ``report_future``, ``report_too_early`` or ``report_nothing``.
    """
    asked = ask(session, asked_for, say)
    sections = []
    for kind in TEMPLATES[asked_for.kind].sections:
        sections.append(_SECTIONS[kind](session, asked))
        told(kind)
    return Report(
        kind=asked_for.kind,
        code=asked_for.code,
        period=asked.period,
        as_of=asked.until,
        data_version=asked.version.number,
        title=asked.words(f"title.{asked_for.kind}", city=asked.city.name),
        city=asked.city.name,
        period_words=_period_words(asked),
        as_of_words=_as_of_words(asked),
        stamps=mapped.stamps_of(asked),
        warnings=_warnings(asked, sections),
        sections=tuple(sections),
        definitions=definitions(session, asked, tuple(sections)),
    )


def _period_words(asked: Asked) -> str:
    report = asked.report
    facts = {"year": report.year, "number": report.number, "month": report.period.since.month}
    days = {"since": asked.period.since.isoformat(), "until": asked.period.until.isoformat()}
    return asked.words(f"period.{report.kind}", **facts, **days)


def _as_of_words(asked: Asked) -> str:
    key = "as_of.running" if asked.is_running else "as_of.whole"
    facts = {"until": asked.until.isoformat(), "version": asked.version.number}
    changed = asked.version.changed_at.astimezone(ZoneInfo(CITY_ZONE))
    return asked.words(key, **facts, changed=f"{changed:%Y-%m-%d %H:%M}")


def _warnings(asked: Asked, sections: list[Section]) -> tuple[str, ...]:
    """Return what must be said before any number."""
    said = [words for section in sections for words in section.warnings]
    return (*said, asked.words("warning.running")) if asked.is_running else tuple(said)
