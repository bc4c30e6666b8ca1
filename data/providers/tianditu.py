"""天地图: the national map service, in CGCS2000.

Source: http://lbs.tianditu.gov.cn/server/geocodinginterface.html (地理编码接口): ``ds`` is a JSON text with
``keyWord``, ``tk`` the key; ``status`` "0" is an answer, "101" none, "404" an error. ``location`` holds lon,
lat, ``level`` and, since version 2021, ``score`` from 0 to 100.
"""

from __future__ import annotations

import json

from data.provider_settings import ProviderSettings
from data.providers.answers import Answer, Outcome, Unanswered, number, part, pointed
from grid.datums import Datum

DATUM = Datum.CGCS2000
LONGEST_BYTES = 400
_FINE = frozenset({"门址", "门牌号", "兴趣点", "POI", "地名地址", "楼栋", "小区"})
_SURE = 80


def parameters(settings: ProviderSettings, text: str, city: str) -> dict[str, str]:
    """Return the query of a question; the city stands in the text, since there is no field for it."""
    whole = text if city in text else city + text
    return {"ds": json.dumps({"keyWord": whole}, ensure_ascii=False), "tk": settings.key}


def read(body: object) -> Answer:
    """Return what an answer says; raises ``Unanswered`` where it is none."""
    status = str(part(body, "status"))
    location = part(body, "location")
    if status == "101" or (status == "0" and not location):
        return Answer(Outcome.NOTHING, DATUM)
    if status != "0":
        # Without a status it is the gateway before the service that answers: wrong keys and limits.
        raise Unanswered(_why(body)) if part(body, "status") is None else Unanswered(Outcome.UNREADABLE)
    score = number(part(location, "score"))
    fine = part(location, "level") in _FINE and (score is None or score >= _SURE)
    return pointed(DATUM, part(location, "lon"), part(location, "lat"), fine=fine)


def _why(body: object) -> Outcome:
    message = str(part(body, "msg") or "")
    if part(body, "code") is None:
        return Outcome.UNREADABLE
    return Outcome.QUOTA if any(word in message for word in ("超", "频", "上限")) else Outcome.DENIED
