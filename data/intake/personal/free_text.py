"""Free text: columns of sentences, found by header and content; dropped unless the source asks for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.intake.tables.values import Cell, plain

_HEADERS = re.compile(
    r"(诉求|信访|反映|工单|来电|来信|投诉|举报|求助|咨询|具体|详细|主要|问题|事项|案件|内容)(内容|事由|诉求|摘要|描述|概况|详情|概述|情况|简述|问题)$|"
    r"^(内容|事由|摘要|概况|描述|详情|案情|正文|标题|主题|备注|说明|情况说明|基本情况|处理情况|简要情况|基本案情|诉求)$|"
    r"(办理|处理|处置|答复|回复|回访|调查|批示|领导)(意见|结果|情况|内容|记录)$|"
    r"^(content|summary|description|text|remark|remarks|note|notes|comment|body|title|detail|details|appeal)$|"
    r"^(sqnr|xfsy|nrzy|zynr|zysq|bz|blyj|bljg|dfnr|nr|ms)$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[，。；！？、,;!?]")
_LONG = 24
"""Characters: places and units are shorter on average."""
_SENTENCES = 0.4
"""Share of values that must read like sentences."""


def is_text_header(header: str) -> bool:
    """Return whether a header announces sentences."""
    name = re.sub(r"[\s*:：_]|[(（][^)）]*[)）]$", "", header)
    return _HEADERS.search(name) is not None


def looks_like_text(values: Sequence[Cell]) -> bool:
    """Return whether a column holds long texts of which hardly any two are the same."""
    texts = [plain(value) for value in values if isinstance(value, str) and value.strip()]
    if len(texts) < 3 or len(set(texts)) < 0.7 * len(texts):
        return False
    sentences = sum(len(text) >= _LONG and _MARKS.search(text) is not None for text in texts)
    return sentences >= _SENTENCES * len(texts)
