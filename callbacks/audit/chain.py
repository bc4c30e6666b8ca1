"""The chain's state over the table: when it was last verified, its head to note down, verifying it now."""

from __future__ import annotations

from functools import partial
from typing import Any

from dash import dcc, html

from callbacks.audit.ids import Ids
from callbacks.frame import labelled
from grid.audit_words import Teller
from grid.audits import ChainState, Head, Verification
from layers.words import Language, say


def chain_panel(head: Head, verified: Verification | None, language: Language) -> Any:
    """Return the panel as it is first laid out."""
    button = html.Button(
        say("audit.verify.now", language), id=Ids.VERIFY, className="office-button office-primary"
    )
    noted = dcc.Input(
        id=Ids.NOTED,
        type="text",
        maxLength=120,
        placeholder=say("audit.verify.noted_form", language),
        className="office-input",
    )
    return html.Section(
        [
            html.Div(last_verdict(verified, head, language), id=Ids.VERDICT, role="status"),
            html.Div(
                [
                    html.Label(
                        [html.Span(say("audit.verify.noted", language)), noted], className="office-field"
                    ),
                    button,
                    html.Span(
                        say("audit.verify.running", language), id=Ids.VERIFYING, hidden=True, role="status"
                    ),
                ],
                className="audit-verify",
            ),
        ],
        className="office-card audit-chain",
        **labelled(say("audit.verify.title", language)),
    )


def last_verdict(verified: Verification | None, head: Head, language: Language) -> list[Any]:
    """Return what the last verification found, and the head as it is now."""
    if verified is None:
        words, tone = say("audit.verify.never", language), "plain"
    else:
        key = "audit.verify.broken_at" if verified.faults else "audit.verify.whole_at"
        facts = {"at": f"{verified.at:%Y-%m-%d %H:%M}", "number": verified.number, "faults": verified.faults}
        words, tone = say(key, language, **facts), "broken" if verified.faults else "whole"
    return [_headline(words, tone), _head_line(head, language)]


def verdict(state: ChainState, language: Language) -> list[Any]:
    """Return what a verification found just now, each fault by the number of its row."""
    teller = Teller(partial(_say, language), {})
    tone = "broken" if state.faults_total else "whole"
    words = say(f"audit.verdict.{tone}", language, rows=state.checked, faults=state.faults_total)
    faults = [html.Li(teller.fault(fault)) for fault in state.faults]
    if state.faults_total > len(faults):
        more = say("audit.more_faults", language, count=state.faults_total - len(faults))
        faults.append(html.Li(more))
    what_to_do = html.P(say("audit.verify.what_to_do", language)) if faults else None
    return [
        _headline(words, tone),
        html.Ul(faults, className="audit-faults") if faults else None,
        what_to_do,
        _head_line(state.head, language),
    ]


def _say(language: Language, key: str, **facts: object) -> str:
    return say(key, language, **facts)


def _headline(words: str, tone: str) -> Any:
    return html.P(words, className=f"audit-headline audit-{tone}")


def _head_line(head: Head, language: Language) -> Any:
    if not head.number:
        return None
    label = html.Span(say("audit.verify.head", language), className="office-muted")
    return html.P([label, html.Code(str(head), className="audit-head")], className="audit-head-line")
