"""What the import page does: try a file out, import it for good, follow the job, show what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.exceptions import PreventUpdate

from callbacks.imports import uploads
from callbacks.imports.ids import Ids, answer_id, option_id
from callbacks.imports.layout import recent, time_of
from callbacks.imports.outcome import outcome
from callbacks.tools import Tools
from grid.ports import ImportDesk
from grid.questions import JobView
from grid.refusals import Refused
from layers.imports import say_stored
from layers.words import Language, say

_PASSING = frozenset({"database_down", "database_slow"})
"""Refusals after which asking again makes sense."""
_LONG_WAIT_S = 15.0
_START = (
    Output(Ids.RUN, "data", allow_duplicate=True),
    Output(Ids.NOTE, "children", allow_duplicate=True),
)
_WHILE_SENDING = [
    (Output(Ids.TRY_OUT, "disabled"), True, False),
    (Output(Ids.SENDING, "hidden"), False, True),
]


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    _wire_browser(app)
    _wire_start(app, tools)
    _wire_follow(app, tools)


def _wire_browser(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("imports", "choose"),
        Output(Ids.CHOSEN, "children"),
        Output(Ids.NOTE, "children"),
        Output(Ids.TRY_OUT, "disabled"),
        Output(Ids.RUN, "data"),
        Input(Ids.UPLOAD, "contents"),
        State(Ids.UPLOAD, "filename"),
        State(Ids.WORDS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("imports", "forget"),
        Output(Ids.RUN, "data", allow_duplicate=True),
        Input(option_id(ALL), "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("imports", "reveal"),
        Input(Ids.RUN, "data"),
        State(Ids.PROGRESS, "id"),
        prevent_initial_call=True,
    )


def _wire_start(app: Dash, tools: Tools) -> None:
    def try_out(clicks: int | None, *asked: Any) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        form = uploads.Form(*asked)
        return started(lambda: start_dry_run(tools.store.imports(tools.principal()), form), tools.language)

    # Apart, since the second button is not always there and Dash wants all inputs of a callback or none.
    for button in (Ids.TRY_OUT, Ids.TRY_AGAIN):
        app.callback(
            *_START,
            Input(button, "n_clicks"),
            State(Ids.KIND, "data"),
            State(option_id(ALL), "id"),
            State(option_id(ALL), "value"),
            State(answer_id(ALL), "id"),
            State(answer_id(ALL), "value"),
            State(Ids.UPLOAD, "contents"),
            State(Ids.UPLOAD, "filename"),
            running=_WHILE_SENDING,
            prevent_initial_call=True,
        )(try_out)

    @app.callback(
        *_START,
        Input(Ids.IMPORT, "n_clicks"),
        State(Ids.RUN, "data"),
        State(Ids.UPLOAD, "contents"),
        State(Ids.UPLOAD, "filename"),
        running=_WHILE_SENDING,
        prevent_initial_call=True,
    )
    def import_now(clicks: int | None, run: object, contents: object, name: object) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        return started(
            lambda: start_import(tools.store.imports(tools.principal()), run, contents, name), tools.language
        )


def _wire_follow(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Ids.PROGRESS, "children"),
        Output(Ids.OUTCOME, "children"),
        Output(Ids.TICK, "disabled"),
        Output(Ids.RECENT, "children"),
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.RUN, "data"),
        prevent_initial_call=True,
    )
    def follow_run(_: int | None, run: object) -> tuple[Any, Any, bool, Any]:
        return follow(tools.store.imports(tools.principal()), run, tools.language)


def started(start: Callable[[], uploads.Run], language: Language) -> tuple[Any, Any]:
    """Return the run that ``start`` began for the page to keep, or what it was refused for."""
    try:
        return start().to_browser(), None
    except Refused as refused:
        return no_update, say_stored(f"refusals.{refused.code}", language, **refused.facts)


def start_dry_run(desk: ImportDesk, form: uploads.Form) -> uploads.Run:
    """Queue a dry run of an upload with what the form says; raises ``Refused``."""
    kind = uploads.read_kind(form.kind)
    options = uploads.read_options(kind, form.option_ids, form.options)
    options |= uploads.read_answers(form.answer_ids, form.answers)
    content = uploads.read_content(form.contents)
    job = desk.submit(kind, uploads.read_name(form.name), content, dry_run=True, options=options)
    return uploads.Run(job, kind, True, options, uploads.digest(content))


def start_import(desk: ImportDesk, run: object, contents: object, name: object) -> uploads.Run:
    """Queue the import of the very upload that a dry run was made of; raises ``Refused``."""
    tried = uploads.read_run(run)
    content = uploads.read_content(contents)
    if tried is None or not tried.dry_run or uploads.digest(content) != tried.sha256:
        raise Refused("upload_changed")
    job = desk.submit(tried.kind, uploads.read_name(name), content, dry_run=False, options=tried.options)
    return replace(tried, job=job, dry_run=False)


def follow(desk: ImportDesk, run: object, language: Language) -> tuple[Any, Any, bool, Any]:
    """Return progress, outcome, whether to stop asking, and the latest batches."""
    try:
        followed = uploads.read_run(run)
        if followed is None:
            return None, None, True, no_update
        job = desk.job(followed.job)
        if job.state in {"queued", "running"}:
            return progress(job, language), None, False, no_update
        return _ended(desk, job, followed, language)
    except Refused as refused:
        return _trouble(refused, language), no_update, refused.code not in _PASSING, no_update


def _ended(
    desk: ImportDesk, job: JobView, run: uploads.Run, language: Language
) -> tuple[Any, Any, bool, Any]:
    if job.error_code is not None or job.batch_id is None:
        reason = Refused(job.error_code or "batch_unknown", **job.error_facts)
        return _trouble(reason, language), None, True, no_update
    batches = desk.batches()
    report = replace(desk.report(job.batch_id), unchanged=job.unchanged)
    shown = outcome(report, time_of(batches, report), language, can_go_on=run.dry_run)
    return None, shown, True, recent(batches, language)


def progress(job: JobView, language: Language) -> Any:
    """Return how far a job is: its step, its rows and the time left, or its place in the queue."""
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
