"""Words: every sentence and label a user sees, by language, from the TOML files in ``locale/``.

A key is the path of its tables joined by dots (``wall.title``). Placeholders are Python's ``{name}``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from grid.refusals import Refused

_FOLDER = Path(__file__).parent / "locale"
_SUBJECT: ContextVar[str] = ContextVar("subject", default="")


class Language(StrEnum):
    """Languages of the screens; the first is the default."""

    ZH = "zh-CN"
    EN = "en"


def say(key: str, language: Language = Language.ZH, /, **facts: object) -> str:
    """Return the words of a key with its placeholders filled; raises KeyError for an unknown key.

    Within ``speaking_of`` a subject its own words for the key come first, where it has any.
    """
    words, subject = all_words(language), _SUBJECT.get()
    return words.get(f"{subject}.{key}" if subject else key, words[key]).format(**facts)


@contextmanager
def speaking_of(subject: str) -> Iterator[None]:
    """Let a subject's words (``<subject>.<key>``) stand in for those of a screen that it shares."""
    token = _SUBJECT.set(subject)
    try:
        yield
    finally:
        _SUBJECT.reset(token)


def say_refusal(refused: Refused, language: Language = Language.ZH) -> str:
    """Return what a refusal means and what to do."""
    return say(f"refusals.{refused.code}", language, **refused.facts)


@cache
def all_words(language: Language) -> MappingProxyType[str, str]:
    """Return every key and its words; raises ValueError where two files define the same key."""
    words: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.toml")):
        for key, text in _flatten(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in words:
                raise ValueError(f"{key} stands twice in {language}, again in {path.name}")
            words[key] = text
    return MappingProxyType(words)


def _flatten(table: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            pairs += _flatten(value, f"{prefix}{name}.")
        else:
            pairs.append((prefix + name, str(value)))
    return pairs
