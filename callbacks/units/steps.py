"""A unit's listings: how each stands, what was done, what is due, and the forms of the steps one may take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import dcc, html

from callbacks.frame import definition, labelled
from callbacks.units.asked import PROPOSE, StepForm, card_path
from callbacks.units.ids import Id
from callbacks.units.marks import listing_mark, percent
from callbacks.units.quarters import quarter_words
from grid.clocks.states import ClockState
from grid.rectification.criteria import Evidence
from grid.rectification.schemes import CriterionKind
from grid.rectification.steps import LONGEST_OFFICIAL, LONGEST_WORDS, NextStep, StepAsked, StepTaken
from grid.rectification.terms import ListingDue
from grid.unit_card import ListingLife, UnitCard
from layers.numbers import decimal, grouped
from layers.words import Language, say


def listings_card(card: UnitCard, form: StepForm | None, language: Language, said: Any = None) -> Any:
    """Return all listings of a unit, newest first; ``form`` is the step whose form is open."""
    title = html.H2([say("units.listings.title", language),
                     definition(say("units.listings.means", language), language)])  # fmt: skip
    parts: list[Any] = [title, html.Div(said, id=Id.SAID, role="status")]
    if card.proposable is not None:
        parts.append(_proposal(card, form, language))
    if not card.listings:
        parts.append(html.P(say("units.listings.none", language), className="office-muted"))
    parts += [_listing(life, card, form, language) for life in card.listings]
    return html.Section(parts, className="office-card units-listings")


def _proposal(card: UnitCard, form: StepForm | None, language: Language) -> Any:
    """The way to propose a unit by the newest frozen quarter."""
    quarter = card.proposable
    if quarter is None:
        return None
    words = say("units.propose", language, quarter=quarter_words(quarter, language))
    if form == StepForm(PROPOSE):
        return html.Div([html.H3(words), _form(StepForm(PROPOSE), card, language)])
    href = card_path(card.subject.code, step=PROPOSE)
    return html.P(dcc.Link(words, href=href, className="office-button"))


def _listing(life: ListingLife, card: UnitCard, form: StepForm | None, language: Language) -> Any:
    record = life.record
    head = [html.B(quarter_words(record.quarter, language)), listing_mark(record.state, language)]
    if record.rank is not None:
        # A list that was imported says its own ranks; they need not be those of a frozen quarter.
        whose = "listings.list_rank" if record.is_imported else "listings.rank"
        head.append(html.Span(say(f"units.{whose}", language, rank=record.rank)))
    if record.score is not None:
        head.append(html.Span(say("units.listings.score", language, score=decimal(float(record.score)))))
    due = record.next_due
    parts: list[Any] = [html.P(head, className="units-life-head")]
    parts.append(_due(due, language) if due is not None else None)
    parts.append(_why(life, language))
    parts.append(html.Ol([_step(one, language) for one in record.steps], className="units-steps"))
    if record.is_imported and not record.steps:
        parts.append(html.P(say("units.listings.imported", language), className="office-muted"))
    parts.append(_choices(life, card, form, language))
    return html.Article(parts, className=f"units-life units-life-{record.state}")


def _due(due: ListingDue, language: Language) -> Any:
    name = say(f"units.step.{due.kind}", language)
    key = "over" if due.state is ClockState.OVERDUE else "left"
    days = say(f"units.due.{key}", language, days=abs(due.days_left))
    words = say("units.due.next", language, step=name, day=due.due_on.isoformat(), days=days)
    badge = (
        html.Span(say("units.provisional", language), className="units-provisional")
        if due.provisional
        else None
    )
    return html.P(
        [html.Span(className="units-shape"), words, badge], className=f"units-due units-due-{due.state}"
    )


def _why(life: ListingLife, language: Language) -> Any:
    record = life.record
    lines = [html.Li(evidence_words(one, language)) for one in record.evidence]
    if record.reason:
        lines.insert(0, html.Li(record.reason))
    if record.approver:
        day = record.listed_on.isoformat() if record.listed_on else "—"
        lines.append(html.Li(say("units.listings.approved", language, official=record.approver, day=day)))
    return html.Ul(lines, className="units-why") if lines else None


def evidence_words(found: Evidence, language: Language) -> str:
    """Return a criterion that a unit met in words, with its number and n."""
    criterion, kind = found.criterion, found.criterion.kind
    is_rate = kind in {CriterionKind.RATE_AT_LEAST, CriterionKind.RATE_BELOW}

    def tell(number: Decimal) -> str:
        return percent(float(number)) if is_rate else f"{number.normalize():f}"

    name = say(f"indicators.{criterion.indicator}.name", language) if criterion.indicator else ""
    return say(
        f"units.evidence.{kind}", language, name=name, number=tell(found.number),
        threshold=tell(criterion.threshold), n=grouped(found.n),
    )  # fmt: skip


def _step(step: StepTaken, language: Language) -> Any:
    who = html.Span(step.official, className="units-official") if step.official else None
    words = html.Blockquote(step.words) if step.words else None
    name = say(f"units.step.{step.kind}", language)
    return html.Li([html.Span(step.on.isoformat()), html.B(name), who, words])


def _choices(life: ListingLife, card: UnitCard, form: StepForm | None, language: Language) -> Any:
    """Buttons of the steps that may be taken; the one chosen is a form."""
    if not life.may:
        return None
    listing_id = life.record.listing_id
    parts: list[Any] = []
    for step in life.may:
        href = card_path(card.subject.code, step=step.kind.value, listing=listing_id)
        here = form is not None and (form.kind, form.listing_id) == (step.kind, listing_id)
        name = "office-button" + (" units-here" if here else "")
        parts.append(dcc.Link(say(f"units.step.{step.kind}", language), href=href, className=name))
    chosen = _chosen(life.may, form, listing_id)
    filled = None
    if chosen is not None:
        asked = StepForm(chosen.kind, listing_id)
        filled = _form(asked, card, language, signed=chosen.needs_official, worded=chosen.needs_words)
    return html.Div([html.P(parts, className="units-choices"), filled])


def _chosen(may: tuple[NextStep, ...], form: StepForm | None, listing_id: int) -> NextStep | None:
    if form is None or form.listing_id != listing_id:
        return None
    return next((one for one in may if one.kind == form.kind), None)


def _form(
    asked: StepForm, card: UnitCard, language: Language, *, signed: bool = False, worded: bool = False
) -> Any:
    """Return the form of a step: the day, the official, the words, and that it is meant."""
    sure = {"label": say("units.form.sure", language), "value": "sure"}
    kind: Any = "date"
    day = dcc.Input(id=Id.DAY, type=kind, value=card.as_of.isoformat(), className="office-input")
    official = dcc.Input(
        id=Id.OFFICIAL, maxLength=LONGEST_OFFICIAL, className="office-input", autoComplete="off"
    )
    words = dcc.Textarea(id=Id.WORDS, maxLength=LONGEST_WORDS, className="office-input")
    is_proposal = asked.kind == PROPOSE
    return html.Div(
        [
            dcc.Store(id=Id.STEP, data=asked.stored(card.subject.code)),
            _field("day", day, language, hidden=is_proposal),
            _field("official" if signed else "official_free", official, language, hidden=not signed),
            _field("words" if worded else "words_free", words, language),
            dcc.Checklist(id=Id.SURE, options=[sure], value=[], className="units-sure"),
            html.P(
                [
                    html.Button(
                        say("units.form.send", language, step=say(f"units.step.{asked.kind}", language)),
                        id=Id.SEND, type="button", className="office-button office-primary",
                    ),
                    dcc.Link(say("units.form.leave", language), href=card_path(card.subject.code),
                             className="office-clear"),
                ],
                className="office-send",
            ),
        ],
        className="units-form",
        role="form",
        **labelled(say(f"units.step.{asked.kind}", language)),
    )  # fmt: skip


def _field(name: str, field: Any, language: Language, *, hidden: bool = False) -> Any:
    words = html.Span(say(f"units.form.{name}", language))
    return html.Label([words, field], className="office-field", hidden=hidden)


def done_words(asked: StepAsked | str, language: Language) -> Any:
    """Return that a step was taken."""
    kind = asked.kind if isinstance(asked, StepAsked) else PROPOSE
    words = say("units.form.done", language, step=say(f"units.step.{kind}", language))
    return html.P(words, className="units-done")
