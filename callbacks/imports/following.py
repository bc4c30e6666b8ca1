"""How a job is followed: its progress while it runs, what became of it when it has ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from dash import html, no_update

from callbacks.imports import uploads
from callbacks.imports.editions import editions
from callbacks.imports.layout import found_conflicts, recent, time_of
from callbacks.imports.outcome import outcome
from callbacks.imports.starting import TAKES_BACK
from grid.ports import ImportDesk
from grid.questions import JobView
from grid.refusals import Refused
from layers.imports import say_stored
from layers.words import Language, say

_PASSING = frozenset({"database_down", "database_slow"})
"""Refusals after which asking again makes sense."""
_LONG_WAIT_S = 15.0


class Followed(NamedTuple):
    """What the page shows of a job: each none for nothing."""

    progress: Any
    outcome: Any
    stop: bool
    recent: Any = no_update
    hide_cancel: bool = True
    editions: Any = no_update


def follow(desk: ImportDesk, run: object, language: Language) -> Followed:
    """Return progress, outcome, whether to stop asking, and the latest batches."""
    try:
        followed = uploads.read_run(run)
        if followed is None:
            return Followed(None, None, stop=True)
        job = desk.job(followed.job)
        if job.state in {"queued", "running"}:
            shown = progress(job, language)
            return Followed(shown, None, stop=False, hide_cancel=job.cancelling)
        return _ended(desk, job, followed, language)
    except Refused as refused:
        return Followed(_trouble(refused, language), no_update, refused.code not in _PASSING)


def _ended(desk: ImportDesk, job: JobView, run: uploads.Run, language: Language) -> Followed:
    if job.state == "cancelled":
        return Followed(_called_off(language), None, stop=True)
    if job.state == "done" and run.key == TAKES_BACK:
        batches = recent(desk.batches(), language)
        return Followed(
            _taken_back(language), None, True, batches, editions=editions(desk, run.kind, language)
        )
    if job.error_code is not None or job.batch_id is None:
        reason = Refused(job.error_code or "batch_unknown", **job.error_facts)
        return Followed(_trouble(reason, language), None, stop=True)
    batches = desk.batches()
    report = replace(desk.report(job.batch_id), unchanged=job.unchanged)
    shown = outcome(
        report,
        time_of(batches, report),
        language,
        can_go_on=run.dry_run,
        conflicts=found_conflicts(desk, report),
    )
    latest = recent(batches, language)
    now = no_update if run.dry_run else editions(desk, run.kind, language)
    return Followed(None, shown, stop=True, recent=latest, editions=now)


def progress(job: JobView, language: Language) -> Any:
    """Return how far a job is: its step, its rows and the time left, or its place in the queue."""
    if job.cancelling:
        return _bar(say("imports.progress.cancelling", language), None, None)
    if job.state == "queued":
        return _bar(_queue_words(job, language), None, None)
    step = say_stored(f"imports.step.{job.step}", language)
    if not job.total:
        return _bar(step, None, None)
    rows = say("imports.progress.rows", language, done=f"{job.done:,}", total=f"{job.total:,}")
    left = "" if job.eta_s is None else _time_left(job.eta_s, language)
    return _bar(f"{step}　{rows}　{left}".rstrip(), job.done or None, job.total)


def _queue_words(job: JobView, language: Language) -> str:
    if job.ahead:
        return say("imports.progress.ahead", language, ahead=job.ahead)
    waits_long = job.waited_s > _LONG_WAIT_S
    return say(f"imports.progress.{'no_worker' if waits_long else 'queued'}", language)


def _time_left(eta_s: float, language: Language) -> str:
    if eta_s < 60:
        return say("imports.progress.seconds_left", language, seconds=max(1, round(eta_s)))
    return say("imports.progress.minutes_left", language, minutes=round(eta_s / 60))


def _bar(words: str, done: int | None, total: int | None) -> Any:
    # Without a value the element shows that something goes on; a bar that stands at zero looks stuck.
    if done is None:
        bar = html.Progress(className="imports-bar")
    else:
        bar = html.Progress(value=str(done), max=str(total), className="imports-bar")
    return html.Div([html.P(words), bar], className="imports-card imports-progress", role="status")


def _trouble(refused: Refused, language: Language) -> Any:
    return html.Div(
        [
            html.H2(say("imports.trouble.title", language)),
            html.P(say_stored(f"refusals.{refused.code}", language, **refused.facts)),
            html.P(say("imports.trouble.safe", language), className="imports-muted"),
        ],
        className="imports-card imports-trouble",
        role="alert",
    )


def _taken_back(language: Language) -> Any:
    title, text = say("editions.done", language), say("editions.done_text", language)
    return html.Div(
        [html.H2(title), html.P(text)], className="imports-card imports-called-off", role="status"
    )


def _called_off(language: Language) -> Any:
    title, text = say("imports.cancelled.title", language), say("imports.cancelled.text", language)
    return html.Div(
        [html.H2(title), html.P(text)], className="imports-card imports-called-off", role="status"
    )
