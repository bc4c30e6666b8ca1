"""The coverage annex: what a leader cell, a title and a total row of 包片安排表 say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from data.intake.tables.values import plain

_POST = re.compile(
    r"书记|市长|县长|区长|镇长|乡长|主席|主任|部长|常委|秘书长|局长|院长|检察长|委员|政委|司令员|会长|组长|处长|科长|调研员|巡视员|"
    r"厅长|书记员|总队长|支队长|队长|政协|人大|市委|市政府|负责人|领导|同志$"
)
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{1,4}(?:[·•][\u3400-\u9fff]{1,8})*")
_SEVERAL = re.compile(r"[、,;/及和]")
_STATED_TOTAL = re.compile(r"共\s*(?:计)?\s*(\d+)\s*[件个起宗]")
UNSTATED_POST = "市领导"


@dataclass(frozen=True, slots=True)
class LeaderText:
    """A leader as an annex writes one: a post ("" where none stands there) and perhaps a name."""

    post: str
    name: str | None


def read_leader(cell: str, post: str = "") -> LeaderText | None:
    """Return the one leader that a cell names, none where it is blank, or holds several, or is no leader.

    Understands 张三, 张　三, 市委书记 张三 and 张三（市委书记）. 市委书记张三 is not taken apart: where
    the post ends would be a guess. A post alone is a leader without a name.
    """
    text, post = plain(cell), plain(post)
    text = re.sub(r"[(（]([^)）]*)[)）]", r" \1", text).replace("：", " ").replace(":", " ")
    tokens = _join_spaced_name(text.split())
    names = [token for token in tokens if _is_name(token)]
    posts = [token for token in tokens if not _is_name(token)]
    if len(names) > 1 or any(_SEVERAL.search(token) and not _POST.search(token) for token in posts):
        return None
    said = post or "".join(posts)
    if posts and not any(_POST.search(token) for token in posts):
        # Beside a post that is said in its own column, what stands here can only be the name.
        return LeaderText(post, text) if post and not names and len(tokens) == 1 else None
    if not names and not said:
        return None
    return LeaderText(said, names[0] if names else None)


def _join_spaced_name(tokens: list[str]) -> list[str]:
    """Join a name of two characters that is set with a space between them."""
    joined: list[str] = []
    for token in tokens:
        if len(token) == 1 and joined and len(joined[-1]) == 1:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _is_name(token: str) -> bool:
    return len(token) > 1 and _NAME.fullmatch(token) is not None and _POST.search(token) is None


def stated_total(texts: Iterable[str]) -> int | None:
    """Return the number of cases that a title or note says there are in all (共237件)."""
    found = (_STATED_TOTAL.search(plain(text)) for text in texts)
    return next((int(match[1]) for match in found if match), None)
