"""Layouts: what a table's rows and columns are, decided on its first rows before the rest is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from data.intake.personal.free_text import is_text_header, looks_like_text
from data.intake.personal.persons import is_person_header, looks_like_names, looks_personal
from data.intake.tables import headers
from data.intake.tables.evidence import SAMPLE
from data.intake.tables.header_rows import Header, HeaderCell, find_header, read_header
from data.intake.tables.headers import normal
from data.intake.tables.mapping import LEFT_OUT, Column, Guess, field_score, guess_fields
from data.intake.tables.values import Cell, is_absent, plain
from data.intake.tables.vocabulary import PURPOSES
from grid.findings import ImportKind
from grid.inspection import GuessSource
from grid.matters import Purpose
from grid.refusals import Refused

TEXT = "summary"
"""The field of free text, offered only where the source asks to keep it."""
_ROW_BY_ROW = frozenset({"matter_no", "address", "extension_reason", TEXT})
"""Fields whose importers look for personal numbers in every row: a refusal or a blank is more exact."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for in reading a table.

    ``header_from`` and ``header_to`` count from 1; ``columns`` are fields chosen by index from 0,
    ``remembered`` fields by header in normal form; both may say ``LEFT_OUT``.
    """

    sheet: str | None = None
    header_from: int | None = None
    header_to: int | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)
    keep_text: bool = False
    no_accusations: bool = False
    """Whether rows without a purpose were declared to be no accusations."""


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """One column: its header, its values among the first rows, and what it was taken for.

    Of a column of personal data or free text no values are held; ``shown`` are those that anybody who may
    import may see.
    """

    cell: HeaderCell
    values: Sequence[Cell]
    personal: bool
    text: bool
    guess: Guess | None = None
    shown: Sequence[Cell] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table's header stands, and which column is which field.

    ``fields`` gives each field's column, ``header`` its header as written (its standard name where none is),
    ``keepable`` the columns that may be kept for mending with their headers: nothing personal, no free text.
    """

    kind: ImportKind
    head: Header
    roles: tuple[ColumnRole, ...]
    fields: Mapping[str, int]
    header: Mapping[str, str]
    keepable: Mapping[int, str]
    offered: tuple[str, ...]
    missing: tuple[str, ...]


def lay_out(rows: Sequence[Sequence[Cell]], kind: ImportKind, wishes: Wishes) -> Layout | None:
    """Return the layout that the first rows of a table show, none where no header is found.

    Raises ``Refused`` for a wish that cannot be granted: ``header_rows_unusable``, ``column_index_unknown``,
    ``column_field_unknown``, ``column_personal``, ``column_chosen_twice``.
    """
    head = _head(rows, kind, wishes)
    if head is None:
        return None
    offered = tuple(name for name in headers.BY_KIND[kind] if name != TEXT or wishes.keep_text)
    cells = _with_headless(head, rows)
    roles = [_role(cell, rows[head.last + 1 :], kind) for cell in cells]
    said = _said(roles, wishes, offered, kind)
    open_roles = [role for role in roles if not (role.personal or role.text)]
    columns = [Column(role.cell.index, role.cell.names, role.values) for role in open_roles]
    guesses = guess_fields(columns, kind, said, offered)
    if wishes.keep_text and TEXT in offered:
        _add_text(roles, guesses, said)
    rows = _open_rows(rows[head.last + 1 :], kind, guesses, wishes)
    final = tuple(_settled(role, guesses, kind, rows) for role in roles)
    return _layout(kind, head, final, offered)


def _open_rows(
    rows: Sequence[Sequence[Cell]], kind: ImportKind, guesses: Mapping[int, Guess], wishes: Wishes
) -> Sequence[Sequence[Cell]]:
    """Return the rows that may be shown: whoever may import is more than who may know of an accusation."""
    if kind is not ImportKind.PETITIONS:
        return rows
    at = next((index for index, guess in guesses.items() if guess.field == "purpose"), None)
    if at is None:
        return rows if wishes.no_accusations else ()
    cells = [row[at] if at < len(row) else None for row in rows]
    known = {Purpose.CLAIM, Purpose.SUGGESTION, None if wishes.no_accusations else Purpose.CLAIM}
    said = [None if is_absent(cell) else PURPOSES.find(plain(cell)) or Purpose.ACCUSATION for cell in cells]
    return [row for row, purpose in zip(rows, said, strict=True) if purpose in known]


def _head(rows: Sequence[Sequence[Cell]], kind: ImportKind, wishes: Wishes) -> Header | None:
    first, last = wishes.header_from, wishes.header_to
    known = wishes.remembered.keys()

    def score(name: str) -> float:
        return 1.0 if normal(name) in known else field_score(name, kind)

    if first is None and last is None:
        return find_header(rows, score)
    first = first or last or 1
    last = last or first
    if not 1 <= first <= last <= len(rows) or last - first > 2:
        raise Refused("header_rows_unusable", first=first, last=last)
    return read_header(rows, first - 1, last - 1, score)


def _with_headless(head: Header, rows: Sequence[Sequence[Cell]]) -> list[HeaderCell]:
    """Return the header's cells, and one for every column beyond that holds something."""
    width = max((len(row) for row in rows[head.last + 1 :]), default=0)
    further = range(len(head.cells), width)
    return [*head.cells, *(HeaderCell(i, "", ()) for i in further)]


def _role(cell: HeaderCell, rows: Sequence[Sequence[Cell]], kind: ImportKind) -> ColumnRole:
    column = (row[cell.index] for row in rows if cell.index < len(row))
    values = [value for value in column if not is_absent(value)][:SAMPLE]
    known = exact_field(cell, kind)
    if known in _ROW_BY_ROW:
        return ColumnRole(cell, values, personal=False, text=known == TEXT)
    by_header = known is None and any(map(is_person_header, cell.names))
    if by_header or looks_personal(values):
        return ColumnRole(cell, (), personal=True, text=False)
    text = known is None and (any(map(is_text_header, cell.names)) or looks_like_text(values))
    return ColumnRole(cell, values, personal=False, text=text)


def exact_field(cell: HeaderCell, kind: ImportKind) -> str | None:
    """Return the field whose very name a header is."""
    return next((f for name in cell.names if (f := headers.field_of(name, headers.BY_KIND[kind]))), None)


def _said(
    roles: Sequence[ColumnRole], wishes: Wishes, offered: Sequence[str], kind: ImportKind
) -> dict[int, Guess]:
    """Return what was chosen, and what is remembered of the columns that nothing was chosen for."""
    by_index = {role.cell.index: role for role in roles}
    for index, name in wishes.columns.items():
        if index not in by_index:
            raise Refused("column_index_unknown", column=index + 1)
        if name not in offered and name != LEFT_OUT:
            raise Refused("column_field_unknown", field=name)
        if by_index[index].personal and name != LEFT_OUT:
            raise Refused("column_personal", column=by_index[index].cell.written or str(index + 1))
    said = {index: Guess(name, GuessSource.CHOSEN) for index, name in wishes.columns.items()}
    remembered = wishes.remembered
    exact = {exact_field(role.cell, kind) for role in roles if normal(role.cell.written) not in remembered}
    exact -= {exact_field(by_index[index].cell, kind) for index in said}
    for role in roles:
        name = wishes.remembered.get(normal(role.cell.written), "")
        # A column that bears the field's own name, and was not there last time, is the better one.
        usable = name == LEFT_OUT or (name in offered and not role.personal and name not in exact)
        if role.cell.index not in said and role.cell.written and usable:
            said[role.cell.index] = Guess(name, GuessSource.REMEMBERED)
    return said


def _add_text(roles: Sequence[ColumnRole], guesses: dict[int, Guess], said: Mapping[int, Guess]) -> None:
    """Take the column of the longest texts for the summary."""
    if any(guess.field == TEXT for guess in guesses.values()):
        return
    texts = [role for role in roles if role.text and role.cell.index not in said]
    known = [role for role in texts if any(headers.field_of(n, headers.PETITIONS) for n in role.cell.names)]
    longest = max(known or texts, key=lambda role: sum(len(plain(v)) for v in role.values), default=None)
    if longest is not None:
        guesses[longest.cell.index] = Guess(TEXT, GuessSource.HEADER if known else GuessSource.VALUES)


def _settled(
    role: ColumnRole, guesses: Mapping[int, Guess], kind: ImportKind, rows: Sequence[Sequence[Cell]]
) -> ColumnRole:
    """Return a column with its guess; one that nothing but its values speaks for may still hold names."""
    guess = guesses.get(role.cell.index)
    by_values = guess is None or guess.source is GuessSource.VALUES
    names = by_values and kind is not ImportKind.COVERAGE and looks_like_names(role.values)
    personal = role.personal or names
    values = () if personal or role.text else role.values
    column = (row[role.cell.index] for row in rows if role.cell.index < len(row)) if values else ()
    shown = tuple(islice((value for value in column if not is_absent(value)), SAMPLE))
    return ColumnRole(role.cell, values, personal, role.text, None if personal else guess, shown)


def _layout(
    kind: ImportKind, head: Header, roles: tuple[ColumnRole, ...], offered: tuple[str, ...]
) -> Layout:
    mapped = {role.guess.field: role for role in roles if role.guess is not None}
    standard = headers.BY_KIND[kind]
    header = {name: role.cell.written or standard[name][0] for name, role in mapped.items()}
    keepable = {role.cell.index: header[name] for name, role in mapped.items() if name != TEXT}
    for role in roles:
        taken = role.cell.index in keepable or role.cell.written in keepable.values()
        if role.guess is None and role.cell.written and not (taken or role.personal or role.text):
            keepable[role.cell.index] = role.cell.written
    return Layout(
        kind=kind,
        head=head,
        roles=roles,
        fields={name: role.cell.index for name, role in mapped.items()},
        header=header,
        keepable=dict(sorted(keepable.items())),
        offered=offered,
        missing=tuple(name for name in headers.REQUIRED[kind] if name not in mapped),
    )
