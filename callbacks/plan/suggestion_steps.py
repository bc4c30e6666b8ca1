"""The steps of a suggestion, laid out: each with its effect and a switch, and what is left to take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from callbacks.frame import labelled
from callbacks.plan.suggestion_ids import SuggestAct, suggest_act
from callbacks.plan.suggestion_view import Result, edits_json, heading, is_settled
from grid.coverage import CoverageBook
from grid.planning import Edit, EditKind, apply_edits, balance
from grid.planning.keeping import Kept, keep_steps
from grid.suggesting.runs import Found, Step
from layers.suggestion_words import effect_words, step_words


def step_parts(result: Result, found: Found) -> list[Any]:
    """Return the steps of the best plan; they can be rejected and taken once the search is over."""
    if found.heaviest is None:
        return []
    title = heading(result, "moves" if found.is_ordered else "moves_unordered")
    if not found.steps:
        return [title, html.P(result.say("suggest.move.none"), className="plan-fine")]
    if not is_settled(result.state):
        rows = [_row(result, step, at, "") for at, step in enumerate(found.steps)]
        return [title, html.Ol(rows, className="suggest-steps")]
    if not found.is_ordered:
        rows = [_row(result, step, at, "") for at, step in enumerate(found.steps)]
        note = html.P(result.say("suggest.move.unordered"), className="plan-fine")
        return [title, html.Ol(rows, className="suggest-steps"), note, _take(result, _edits(found.steps))]
    kept = keep_steps(result.start, _edits(found.steps), result.rejected)
    after = _walked(result.start, found.steps, kept) if result.rejected else {}
    rows = [_kept_row(result, step, at, kept, after) for at, step in enumerate(found.steps)]
    taken = [found.steps[at].edit for at in kept.places]
    return [
        title,
        html.Ol(rows, className="suggest-steps"),
        _outcome(result, found, kept),
        html.Div(
            [_take(result, taken), _again(result, found.steps)], className="suggest-actions suggest-choices"
        ),
    ]


def _edits(steps: Iterable[Step]) -> list[Edit]:
    return [step.edit for step in steps]


def _walked(start: CoverageBook, steps: Sequence[Step], kept: Kept) -> dict[int, int]:
    """Return the heaviest load after each step that is kept."""
    after, book = {}, start
    for at in kept.places:
        book = apply_edits(book, (steps[at].edit,))
        after[at] = balance(book).maximum
    return after


def _kept_row(result: Result, step: Step, at: int, kept: Kept, after: dict[int, int]) -> Any:
    if at in result.rejected:
        return _row(result, step, at, "rejected", result.say("suggest.move.rejected"))
    if at in kept.left_out:
        return _row(result, step, at, "left-out", result.say("suggest.move.left_out"))
    words = result.say("suggest.move.after", after=after[at], unit=result.unit) if at in after else None
    return _row(result, step, at, "kept", words)


def _row(result: Result, step: Step, at: int, how: str, effect: str | None = None) -> Any:
    """One step; ``how`` it stands is empty where it cannot be rejected yet."""
    words = step_words(step, result.start, result.language)
    effect = effect or effect_words(step, result.start, result.language)
    switch = None
    if how:
        wanted = how != "rejected"
        pressed: Any = {"aria-pressed": "false" if wanted else "true"}
        switch = html.Button(
            result.say(f"suggest.action.{'reject' if wanted else 'wanted'}"),
            className="plan-small suggest-switch",
            **suggest_act(SuggestAct.REJECT, of=str(at)),
            **pressed,
            **labelled(result.say(f"suggest.action.{'reject' if wanted else 'wanted'}") + words),
        )
    told = html.Div(
        [html.Span(words, className="suggest-what"), html.Span(effect, className="suggest-effect")]
    )
    return html.Li([told, switch], className=f"suggest-step suggest-{how or 'open'}")


def _outcome(result: Result, found: Found, kept: Kept) -> Any:
    if not result.rejected:
        return None
    if not kept.places:
        return html.P(result.say("suggest.move.kept_none"), className="suggest-outcome", role="status")
    heaviest = balance(kept.book).maximum
    facts = {"kept": len(kept.places), "heaviest": heaviest, "all": found.heaviest, "unit": result.unit}
    return html.P(result.say("suggest.move.kept", **facts), className="suggest-outcome", role="status")


def _take(result: Result, edits: Sequence[Edit]) -> Any:
    return html.Button(
        result.say("suggest.action.take", steps=len(edits)),
        className="plan-save suggest-take",
        disabled=not edits,
        **suggest_act(SuggestAct.TAKE, edits=edits_json(edits)),
    )


def _again(result: Result, steps: Sequence[Step]) -> Any:
    """To search again without what was rejected, as a demand on the board that can be lifted there."""
    if not result.rejected:
        return None
    wrong = [steps[at] for at in sorted(result.rejected) if at < len(steps)]
    edits = [Edit(EditKind.FORBID, step.unit_id, step.leader_id) for step in wrong]
    return html.Button(
        result.say("suggest.action.again"),
        className="plan-tool suggest-again",
        **suggest_act(SuggestAct.AGAIN, edits=edits_json(edits)),
    )
