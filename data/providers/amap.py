"""高德: in GCJ-02.

Sources: https://lbs.amap.com/api/webservice/guide/api/georegeo (地理编码), …/guide/tools/info (错误码) and
https://lbs.amap.com/faq/quota-key/key/41181 (数字签名: the MD5 of the sorted query and the secret).
``status`` "1" is an answer; ``location`` is "lon,lat"; ``level`` says what was matched.
"""

from __future__ import annotations

import hashlib

from data.provider_settings import ProviderSettings
from data.providers.answers import Answer, Outcome, Unanswered, part, pointed
from grid.datums import Datum

DATUM = Datum.GCJ02
LONGEST_BYTES = 400
_FINE = frozenset({"门牌号", "门址", "单元号", "楼栋号", "兴趣点", "住宅区"})
"""Not 道路, 热点商圈, 村庄, 乡镇, 区县 and wider: their point stands for a whole."""
_QUOTA = frozenset({"10003", "10004", "10010", "10014", "10015", "10019", "10020", "10021", "10029", "10044",
                    "10045"})  # fmt: skip


def parameters(settings: ProviderSettings, text: str, city: str) -> dict[str, str]:
    """Return the query of a question, signed where there is a secret."""
    # A bar would part several questions, each of which counts.
    asked = {"address": text.replace("|", " "), "key": settings.key, "output": "JSON"}
    if city:
        asked["city"] = city
    if not settings.secret:
        return asked
    line = "&".join(f"{name}={asked[name]}" for name in sorted(asked)) + settings.secret
    return asked | {"sig": hashlib.md5(line.encode(), usedforsecurity=False).hexdigest()}


def read(body: object) -> Answer:
    """Return what an answer says; raises ``Unanswered`` where it is none."""
    if str(part(body, "status")) != "1":
        return _refusal(str(part(body, "infocode") or ""))
    found = part(body, "geocodes")
    if not isinstance(found, list) or not found:
        return Answer(Outcome.NOTHING, DATUM)
    if len(found) > 1:
        return Answer(Outcome.AMBIGUOUS, DATUM)
    lon, _, lat = str(part(found[0], "location") or "").partition(",")
    return pointed(DATUM, lon, lat, fine=part(found[0], "level") in _FINE)


def _refusal(code: str) -> Answer:
    if code in _QUOTA:
        raise Unanswered(Outcome.QUOTA)
    if code.startswith("10") and len(code) == 5:
        raise Unanswered(Outcome.DENIED)
    if code.startswith("200"):
        return Answer(Outcome.REFUSED, DATUM)
    if code.startswith("3"):
        return Answer(Outcome.NOTHING, DATUM)
    raise Unanswered(Outcome.UNREADABLE)
