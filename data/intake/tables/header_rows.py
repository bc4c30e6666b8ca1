"""Header rows: where a table's header stands under titles and notes, in one row or in two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from data.intake.tables.headers import normal
from data.intake.tables.values import Cell, plain

WITHIN = 20
"""A header stands in the first rows, under a title and notes."""
_DEEPEST = 3
"""Rows that a header has at most."""
_LONGEST = 40
"""A header is no sentence."""
_MOSTLY = 0.7
"""Share of a header that is words: a year may stand among them as a number."""
Rows = Sequence[Sequence[Cell]]
Score = Callable[[str], float]
"""How surely a text names a field of the kind: 1 for one of its names, 0 for nothing known."""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One column's header: as a person sees it, and what it may be called, the surest name first."""

    index: int
    written: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The rows ``first`` to ``last`` (from 0, both included) and what they call each column."""

    first: int
    last: int
    cells: tuple[HeaderCell, ...]


def find_header(rows: Rows, score: Score) -> Header | None:
    """Return the header: the row, or the two rows, that name most fields, else what is shaped like one."""
    candidates = list(_candidates(rows[: WITHIN + 1], score))
    known = [(_worth(header, score), header) for header in candidates]
    if known:
        (worth, fields), best = max(known, key=lambda each: (each[0][0], -each[1].last, -each[1].first))
        if fields >= 2:
            return _without_group_row(best, worth, known)
    shaped = (i for i in range(min(len(rows), WITHIN)) if _shaped(rows, i))
    return next((read_header(rows, i, i, score) for i in shaped), None)


def read_header(rows: Rows, first: int, last: int, score: Score) -> Header:
    """Return the header that stands in the rows ``first`` to ``last``.

    A column is called by what stands lowest where that names a field, else by all that stands over it.
    """
    width = max((len(row) for row in rows[first : last + 1]), default=0)
    texts = [[plain(row[i]) if i < len(row) else "" for i in range(width)] for row in rows[first : last + 1]]
    while len(texts) > 1:
        texts[:2] = [_joined(texts[0], texts[1])]
    lowest = [plain(row) for row in _padded(rows[last], width)]
    often = Counter(normal(text) for text in lowest if text)
    cells = []
    for i, written in enumerate(texts[0] if texts else ()):
        alone = lowest[i] if last > first and often[normal(lowest[i])] == 1 else ""
        names = tuple(dict.fromkeys(filter(None, (written, alone))))
        shown = alone if alone and score(alone) >= 1 > score(written) else written
        cells.append(HeaderCell(i, shown, names))
    return Header(first, last, tuple(cells))


def _padded(row: Sequence[Cell], width: int) -> list[Cell]:
    return [row[i] if i < len(row) else None for i in range(width)]


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Write a group's title before the headers under it; it reaches right over blank cells."""
    names, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        names.append(below if below.startswith(group) else f"{group}{below}")
    return names


def _candidates(rows: Rows, score: Score) -> Iterator[Header]:
    for i in range(min(len(rows), WITHIN)):
        if not _wordy(rows[i]):
            continue
        yield read_header(rows, i, i, score)
        if i + 1 < len(rows) and _wordy(rows[i + 1]) and _grouped(rows[i], rows[i + 1]):
            yield read_header(rows, i, i + 1, score)


def _wordy(row: Sequence[Cell]) -> bool:
    """Return whether most of what a row says is words, and short ones."""
    said = [cell for cell in row if cell is not None and cell != ""]
    words = [cell for cell in said if not _typed(cell)]
    if not words or len(words) < _MOSTLY * len(said):
        return False
    return sum(len(plain(cell)) <= _LONGEST for cell in words) * 2 > len(words)


def _grouped(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Return whether two rows can be one header: the lower says something under a group's title."""
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    filled = [(bool(plain(above)), bool(plain(below))) for above, below in pairs]
    return sum(above for above, _ in filled) >= 2 and sum(below for _, below in filled) >= 2


def _worth(header: Header, score: Score) -> tuple[float, int]:
    scores = [max((score(name) for name in cell.names), default=0.0) for cell in header.cells]
    return sum(scores), sum(each > 0 for each in scores)


def _without_group_row(best: Header, worth: float, known: list[tuple[tuple[float, int], Header]]) -> Header:
    """Prefer one row to two where the second adds nothing."""
    if best.first == best.last:
        return best
    single = next((h for (w, _), h in known if w >= worth and h.first == h.last), None)
    return single or best


def _shaped(rows: Rows, at: int) -> bool:
    """Return whether a row of differing short texts stands over a row that holds numbers or days."""
    texts = [plain(cell) for cell in rows[at] if cell is not None and plain(cell)]
    if len(texts) < 2 or not _wordy(rows[at]) or len(set(texts)) < len(texts) or any(map(_typed, texts)):
        return False
    below = next((row for row in rows[at + 1 :] if sum(bool(plain(cell)) for cell in row) >= 2), None)
    return below is not None and any(map(_typed, below))


def _typed(cell: Cell) -> bool:
    """Return whether a cell holds a number, a day or a code, as headers do not."""
    if isinstance(cell, str):
        text = plain(cell)
        return bool(text) and sum(map(str.isdigit, text)) * 2 > len(text)
    return isinstance(cell, (int, float, date))


def same_header(row: Sequence[Cell], header_row: Sequence[Cell]) -> bool:
    """Return whether a row repeats a header row, as printed pages do."""
    said = [normal(cell) for cell in row]
    return len([text for text in said if text]) > 1 and _trimmed(said) == _trimmed(map(normal, header_row))


def _trimmed(texts: Iterable[str]) -> list[str]:
    trimmed = list(texts)
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed
