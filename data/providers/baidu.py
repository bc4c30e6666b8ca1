"""百度: in BD-09.

Sources: https://lbsyun.baidu.com/index.php?title=webapi/guide/webservice-geocoding (地理编码 V3: address
of at most 84 bytes; ``precise``, ``confidence`` as the error in metres, ``comprehension``),
https://lbsyun.baidu.com/index.php?title=webapi/appendix (服务状态码; sn is the MD5 of the quoted path, query
and secret, quoted once more).
"""

from __future__ import annotations

import hashlib
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from data.provider_settings import ProviderSettings
from data.providers.answers import Answer, Outcome, Unanswered, number, part, pointed
from grid.datums import Datum

DATUM = Datum.BD09
LONGEST_BYTES = 84
_SURE = 80
"""Confidence 80 is an error below 100 m; comprehension 80 that the address was understood."""
_COARSE = frozenset({"", "UNKNOWN", "国家", "省", "城市", "区县", "乡镇", "街道", "村庄", "商圈", "道路",
                     "行政区划", "开发区"})  # fmt: skip
_NO_RESULT = "无相关结果"


def parameters(settings: ProviderSettings, text: str, city: str) -> dict[str, str]:
    """Return the query of a question, signed where there is a secret."""
    # Marks of ASCII are quoted by some and not by others, on which a signature would founder.
    plain = "".join(sign if sign.isalnum() or sign == "-" else " " for sign in text)
    asked = {"address": plain, "output": "json", "ak": settings.key}
    if city:
        asked["city"] = city
    if not settings.secret:
        return asked
    query = f"{urlsplit(settings.url).path}?{urlencode(asked, quote_via=quote)}"
    signed = quote_plus(query + settings.secret)
    return asked | {"sn": hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest()}


def read(body: object) -> Answer:
    """Return what an answer says; raises ``Unanswered`` where it is none."""
    status = part(body, "status")
    if status != 0 or isinstance(status, bool):
        return _refusal(status, str(part(body, "message") or part(body, "msg") or ""))
    result = part(body, "result")
    level = part(result, "level")
    sure = all((number(part(result, name)) or 0) >= _SURE for name in ("confidence", "comprehension"))
    fine = part(result, "precise") == 1 and sure and isinstance(level, str) and level not in _COARSE
    location = part(result, "location")
    return pointed(DATUM, part(location, "lng"), part(location, "lat"), fine=fine)


def _refusal(status: object, message: str) -> Answer:
    if status == 1 and _NO_RESULT in message:
        return Answer(Outcome.NOTHING, DATUM)
    if status in {2, 8}:
        return Answer(Outcome.REFUSED, DATUM)
    if isinstance(status, int) and (status == 4 or 300 <= status < 500):
        raise Unanswered(Outcome.QUOTA)
    if isinstance(status, int) and (status in {3, 5, 9} or 100 <= status < 300):
        raise Unanswered(Outcome.DENIED)
    raise Unanswered(Outcome.UNREADABLE)
