"""Wiring of the patch: the one callback, by which a worker says where a matter is; all else is links."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update

from callbacks.patch.ids import Id, PlaceAct
from callbacks.patch.place import said
from callbacks.tools import Tools
from grid.ids import LARGEST_ID
from grid.ports import PatchReads
from grid.refusals import Refused
from grid.reviewing import PlaceSaid, ReportVerdict
from layers.words import Language, say, say_refusal

_VERDICTS = {
    PlaceAct.RIGHT.value: ReportVerdict.RIGHT,
    PlaceAct.ELSEWHERE.value: ReportVerdict.ELSEWHERE,
    PlaceAct.SAVE.value: ReportVerdict.MOVED,
}


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    # Without an output it would not be called when the page comes.
    app.clientside_callback(
        ClientsideFunction("patch", "drawn"), Output(Id.ASKED, "data"), Input(Id.PLACE_MAP, "id")
    )

    @app.callback(
        Output(Id.SAID, "children"),
        Input(Id.ASKED, "data"),
        State(Id.MATTER, "data"),
        prevent_initial_call=True,
    )
    def report(asked: object, matter: object) -> Any:
        if asked is None:
            return no_update
        port = tools.store.patch(tools.principal())
        try:
            return _reported(port, asked, _matter(matter), tools.language)
        except Refused as refused:
            return html.Span(say_refusal(refused, tools.language), className="patch-alert", role="alert")


def _reported(port: PatchReads, asked: object, matter_id: int, language: Language) -> list[Any]:
    act = asked.get("act") if isinstance(asked, dict) else None
    if act == PlaceAct.BACK.value:
        port.take_back_report(matter_id)
        return [html.Span(say("patch.place.taken_back", language))]
    verdict = _VERDICTS.get(act) if isinstance(act, str) else None
    if verdict is None:
        raise Refused("report_incomplete")
    point = _point(asked) if verdict is ReportVerdict.MOVED else None
    port.report_place(PlaceSaid(matter_id, verdict, point))
    return said(verdict, language)


def _matter(matter: object) -> int:
    """Return a matter's id; whatever is none is a matter that nobody has."""
    if type(matter) is not int or not 0 < matter <= LARGEST_ID:
        raise Refused("matter_unknown")
    return matter


def _point(asked: Any) -> tuple[float, float]:
    lon, lat = asked.get("lon"), asked.get("lat")
    if type(lon) not in {int, float} or type(lat) not in {int, float}:
        raise Refused("report_incomplete")
    try:
        return float(lon), float(lat)
    except OverflowError:
        raise Refused("point_unreadable") from None
