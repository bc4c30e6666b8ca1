"""The Regulation's clocks of 2022 (《信访工作条例》), and a stricter province's as an example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from grid.clocks.events import EventKind
from grid.clocks.rules import NATION, ClockRule, Counting
from grid.matters import Purpose, Track

IN_FORCE = date(2022, 5, 1)
_FORMERLY_IN_FORCE = date(2005, 5, 1)
_PRACTICE = "各地通行做法"
_HANDLED_TRACKS = (Track.ORDINARY, Track.SUGGESTION, Track.REVIEW)
_REVIEWED_TRACKS = (Track.ORDINARY, Track.REVIEW)


def regulation_rules() -> tuple[ClockRule, ...]:
    """Return the nation's rules: Articles 22, 23 and 34 to 36, warnings and joint reviews.

    涉法涉诉 matters have the forwarding clock alone: what binds courts is not the Regulation's.
    """
    return (
        _rule(
            "forward",
            15,
            "《信访工作条例》第二十二条",
            (EventKind.RECEIVED,),
            (EventKind.FORWARDED, EventKind.NOTICED),
        ),
        _unit_rule("notice", 15, (EventKind.NOTICED,), voids=(EventKind.OBJECTED,)),
        replace(
            _unit_rule("objection", 5, (EventKind.OBJECTED,), voids=(EventKind.NOTICED,)),
            counting=Counting.WORKING,
            window=True,
            soon_days=2,
        ),
        replace(
            _rule("reply", 60, "《信访工作条例》第三十四条", (EventKind.ACCEPTED,), (EventKind.REPLIED,)),
            tracks=(Track.ORDINARY,),
            purposes=(Purpose.CLAIM,),
            extension_days=30,
        ),
        *_review_rules(),
        *_warning_rules(),
        replace(
            _rule("joint_review", 15, _PRACTICE, (EventKind.FLAGGED,), (EventKind.MEETING_HELD,)),
            tracks=_HANDLED_TRACKS,
            counting=Counting.WORKING,
            soon_days=3,
        ),
    )


def former_rules() -> tuple[ClockRule, ...]:
    """Return the clocks of 《信访条例》 (State Council, 2005), in force until the Regulation.

    Articles 21 and 33 to 35: the same lengths. Objections, warnings and joint reviews are not in it.
    """
    articles = {
        "forward": "二十一", "notice": "二十一", "reply": "三十三", "review_application": "三十四",
        "review": "三十四", "recheck_application": "三十五", "recheck": "三十五",
    }  # fmt: skip
    return tuple(
        replace(
            rule,
            valid_from=_FORMERLY_IN_FORCE,
            valid_to=IN_FORCE,
            source=f"《信访条例》（2005）第{articles[rule.clock]}条",
        )
        for rule in regulation_rules()
        if rule.clock in articles
    )


def stricter_rules(jurisdiction: str, valid_from: date, source: str) -> tuple[ClockRule, ...]:
    """Return an example of a province's own rules, shorter than the nation's; the rest stays national.

    The figures are an example: an administrator enters those of the province's own document.
    """
    lengths = {"forward": 7, "notice": 10, "reply": 45}
    return tuple(
        replace(
            rule,
            jurisdiction=jurisdiction,
            days=lengths[rule.clock],
            valid_from=valid_from,
            source=source,
            extension_days=min(rule.extension_days, 15),
            soon_days=min(rule.soon_days, 5),
        )
        for rule in regulation_rules()
        if rule.clock in lengths
    )


def _rule(
    clock: str, days: int, source: str, starts: tuple[EventKind, ...], stops: tuple[EventKind, ...]
) -> ClockRule:
    return ClockRule(NATION, clock, days, starts, stops, IN_FORCE, source)


def _unit_rule(
    clock: str, days: int, stops: tuple[EventKind, ...], *, voids: tuple[EventKind, ...]
) -> ClockRule:
    rule = _rule(clock, days, "《信访工作条例》第二十三条", (EventKind.UNIT_RECEIVED,), stops)
    return replace(rule, voids=voids, tracks=_HANDLED_TRACKS)


def _review_rules() -> tuple[ClockRule, ...]:
    """复查 and 复核: thirty days to ask for each, and thirty to answer; hearings do not count."""
    steps = (
        ("review_application", "《信访工作条例》第三十五条", EventKind.REPLIED, EventKind.REVIEW_APPLIED),
        ("review", "《信访工作条例》第三十五条", EventKind.REVIEW_APPLIED, EventKind.REVIEWED),
        ("recheck_application", "《信访工作条例》第三十六条", EventKind.REVIEWED, EventKind.RECHECK_APPLIED),
        ("recheck", "《信访工作条例》第三十六条", EventKind.RECHECK_APPLIED, EventKind.RECHECKED),
    )
    return tuple(
        replace(
            _rule(clock, 30, source, (start,), (stop,)),
            tracks=_REVIEWED_TRACKS,
            purposes=(Purpose.CLAIM,),
            pausable=True,
            window=clock.endswith("_application"),
        )
        for clock, source, start, stop in steps
    )


def _warning_rules() -> tuple[ClockRule, ...]:
    """预警单: submitted again twice, the unit explains in writing; from the third time on its head does."""
    unit = replace(
        _rule("warning", 3, _PRACTICE, (EventKind.RESUBMITTED,), (EventKind.EXPLAINED,)),
        tracks=_HANDLED_TRACKS,
        counting=Counting.WORKING,
        soon_days=1,
        nth=2,
        nth_last=2,
    )
    return (
        unit,
        replace(unit, clock="warning_head", stops=(EventKind.HEAD_EXPLAINED,), nth=3, nth_last=None),
    )
