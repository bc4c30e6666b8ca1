"""What a boundary file shows before it is taken in: its map, faults, repairs, coordinate system, codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.imports.ids import Ids, spot_id
from grid.inspection import BoundaryView, CodeChange, CoverageFault, CrsEvidence, DatumShare, Repair
from layers.imports import say_stored
from layers.inspection_map import (
    AFTER,
    BEFORE,
    KINDS,
    area_words,
    fault_spots,
    inspection_figure,
    repair_spots,
    whole_spot,
)
from layers.words import Language, say

_MAP_CONFIG: Any = {"displayModeBar": False, "scrollZoom": True}


def boundaries(view: BoundaryView | None, language: Language) -> Any:
    """Return the inspection of a boundary file, none for another kind of file."""
    if view is None:
        return None
    spots = {"whole": whole_spot(view), "spots": [*fault_spots(view), *repair_spots(view)]}
    lists = html.Div([_faults(view, language), _repairs(view, language)], className="imports-faults")
    return html.Section(
        [
            html.H3(say("boundary.title", language)),
            html.Div([lists, _map(view, language)], className="imports-inspection"),
            html.Div(
                [_crs(view.crs, language), shares(view.datums, language, "boundary.datum_title")],
                className="imports-pair",
            ),
            _changes(view, language),
            dcc.Store(id=Ids.SPOTS, data=spots),
        ],
        className="imports-boundaries",
    )


def shares(datums: Sequence[DatumShare], language: Language, title: str = "inspection.datums_title") -> Any:
    """Return one bar a datum: how many places land where they belong; none where nothing could be told."""
    if not datums:
        return None
    best = max(share.share for share in datums)
    bars = [_bar(share, language, is_best=share.share == best) for share in datums]
    about = html.P(say("inspection.datums_about", language), className="imports-muted")
    return html.Div([html.H4(say(title, language)), about, html.Dl(bars, className="imports-shares")])


def _bar(share: DatumShare, language: Language, *, is_best: bool) -> Any:
    percent = round(share.share * 100)
    words = say("inspection.datum_share", language, percent=percent, n=share.n)
    bar = html.Div(html.Div(style={"width": f"{percent}%"}), className="imports-share-bar")
    class_name = "imports-share" + (" imports-share-best" if is_best else "")
    return html.Div(
        [html.Dt(say_stored(f"datum.{share.datum}", language)), html.Dd(bar), html.Dd(words)],
        className=class_name,
    )


def _map(view: BoundaryView, language: Language) -> Any:
    sides = [{"label": say(f"boundary.{side}", language), "value": side} for side in (BEFORE, AFTER)]
    # Laid out even where nothing is repaired, since a callback names it.
    toggle = html.Div(
        dcc.RadioItems(sides, BEFORE, id=Ids.REPAIR_SIDE, inline=True, className="imports-choices"),
        hidden=not view.repairs,
    )
    whole = html.Button(say("boundary.whole", language), id=Ids.WHOLE, className="imports-button")
    title = say("boundary.map_title", language)
    graph = dcc.Graph(
        id=Ids.MAP, figure=inspection_figure(view, language), config=_MAP_CONFIG, responsive=True
    )
    return html.Div(
        [
            html.Div([html.H4(title), toggle, whole], className="imports-map-head"),
            html.Div(graph, className="imports-map", role="figure", **labelled(title)),
        ]
    )


def _faults(view: BoundaryView, language: Language) -> Any:
    title = html.H4(say("boundary.faults_title", language))
    total = sum(view.faults_total.values())
    if not total:
        return html.Div([title, html.P(say("boundary.no_faults", language), className="imports-fine")])
    counts = [
        html.Span(
            f"{say(f'boundary.fault.{kind}', language)} {view.faults_total[kind]:,}",
            className=f"imports-fault-{kind}",
        )
        for kind in KINDS
        if view.faults_total.get(kind)
    ]
    rows = [_fault(number, fault, language) for number, fault in enumerate(view.faults)]
    return html.Div(
        [
            title,
            html.P(counts, className="imports-fault-counts"),
            _some(len(view.faults), total, language),
            html.Ol(rows, className="imports-spots"),
        ]
    )


def _fault(number: int, fault: CoverageFault, language: Language) -> Any:
    names = "、".join(fault.names) or say("boundary.unnamed", language)
    kind = html.Span(say(f"boundary.fault.{fault.kind}", language), className=f"imports-fault-{fault.kind}")
    return _spot(number, [kind, names], area_words(fault.area_m2, language))


def _repairs(view: BoundaryView, language: Language) -> Any:
    if not view.repairs:
        return None
    first = len(view.faults)
    rows = [_repair(first + number, repair, language) for number, repair in enumerate(view.repairs)]
    return html.Div(
        [
            html.H4(say("boundary.repairs_title", language)),
            html.P(say("boundary.repairs_about", language), className="imports-muted"),
            _some(len(view.repairs), view.repairs_total, language),
            html.Ol(rows, className="imports-spots", start=str(first + 1)),
        ]
    )


def _repair(number: int, repair: Repair, language: Language) -> Any:
    areas = say(
        "boundary.area_from_to",
        language,
        before=area_words(repair.before_m2, language),
        after=area_words(repair.after_m2, language),
    )
    parts = say("boundary.parts", language, before=repair.parts_before, after=repair.parts_after)
    state = say(f"boundary.{'approved' if repair.approved else 'not_approved'}", language)
    name = repair.name or say("boundary.unnamed", language)
    return _spot(number, [name, html.Span(state, className="imports-muted")], f"{areas}　{parts}")


def _spot(number: int, words: list[Any], figures: str) -> Any:
    mark = html.Span(str(number + 1), className="imports-spot-number")
    parts = [
        mark,
        html.Span(words, className="imports-spot-name"),
        html.Span(figures, className="imports-spot-area"),
    ]
    return html.Li(html.Button(parts, id=spot_id(number), className="imports-spot"))


def _some(shown: int, total: int, language: Language) -> Any:
    if total <= shown:
        return None
    return html.P(say("boundary.some", language, total=total, shown=shown), className="imports-muted")


def _crs(evidence: Iterable[CrsEvidence], language: Language) -> Any:
    rows = [_evidence(one, language) for one in evidence]
    if not rows:
        return None
    table = _table("crs", ("name", "stated", "fits", "remarks"), rows, language)
    return html.Div([html.H4(say("boundary.crs_title", language)), table])


def _evidence(one: CrsEvidence, language: Language) -> Any:
    remarks = [html.Li(say_stored(f"crs_evidence.{code}", language)) for code in one.remarks]
    fits = say("boundary.fits_unknown", language)
    if one.fits is not None:
        fits = say("boundary.fits", language, percent=round(one.fits * 100))
    stated = say(f"boundary.{'stated' if one.stated else 'not_stated'}", language)
    cells = [html.Td(stated), html.Td(fits), html.Td(html.Ul(remarks) if remarks else "—")]
    name = html.Th([one.name, html.Span(one.crs, className="imports-muted")], scope="row")
    return html.Tr([name, *cells])


def _changes(view: BoundaryView, language: Language) -> Any:
    total = sum(view.changes_total.values())
    if not total:
        return None
    rows = [html.Li(_change(change, language)) for change in view.changes]
    counts = [
        html.Span(f"{say_stored(f'boundary.change.{kind}', language)} {count:,}")
        for kind, count in view.changes_total.items()
        if count
    ]
    return html.Details(
        [
            html.Summary([html.H4(say("boundary.changes_title", language)), *counts]),
            _some(len(view.changes), total, language),
            html.Ul(rows, className="imports-changes"),
        ],
        open=True,
        className="imports-fold-changes",
    )


def _change(change: CodeChange, language: Language) -> list[Any]:
    kind = html.Span(say_stored(f"boundary.change.{change.kind}", language), className="imports-change")
    before = None
    if change.before_code or change.before_name:
        facts = {"code": change.before_code, "name": change.before_name}
        before = html.Span(say("boundary.was", language, **facts), className="imports-muted")
    return [kind, f"{change.code} {change.name}", before]


def _table(subject: str, columns: Sequence[str], rows: list[Any], language: Language) -> Any:
    heads = [html.Th(say(f"boundary.{subject}.{name}", language), scope="col") for name in columns]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="imports-small-table")
