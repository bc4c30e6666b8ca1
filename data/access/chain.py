"""The audit's hash chain, worked out here from what the rows say: the database's function is not believed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import text
from sqlalchemy.orm import Session

from grid.audits import ChainFault, ChainState, FaultKind, Head

MOST_FAULTS = 20
"""Faults that are named; a chain can be wrong in every row."""
NOBODY = Head(0, "")
_ROWS_AT_A_TIME = 2000
_LINKS = text("""
SELECT number, previous, digest, jsonb_build_array(
        number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        principal, role, action, subject, facts)::text AS body,
    (SELECT number FROM audit_head) AS head_number, (SELECT digest FROM audit_head) AS head_digest
FROM audit ORDER BY number
""")
"""Rows and head in one statement, so that both are of one moment, whoever writes meanwhile."""
_HEAD = text("SELECT number, digest FROM audit_head")


@dataclass(frozen=True, slots=True)
class Link:
    """One row: its number, the digest that it goes on from, its own, and the text that its own is of."""

    number: int
    previous: bytes
    digest: bytes
    body: str

    @property
    def is_true(self) -> bool:
        """Whether the row has the digest of what it says."""
        return hashlib.sha256(self.previous + self.body.encode()).digest() == self.digest


def verify_chain(session: Session, noted: Head | None = None) -> ChainState:
    """Return whether every row is as it was written, in a stream: memory does not grow with the audit."""
    rows = session.execute(_LINKS, execution_options={"yield_per": _ROWS_AT_A_TIME})
    first = rows.fetchone()
    if first is None:
        return _walk((), read_chain_head(session), noted)
    head = None if first.head_number is None else Head(first.head_number, bytes(first.head_digest).hex())
    links = (
        Link(row.number, bytes(row.previous), bytes(row.digest), row.body) for row in chain([first], rows)
    )
    return _walk(links, head, noted)


def read_chain_head(session: Session) -> Head | None:
    """Return the last link as the database keeps it, none where its row is gone."""
    row = session.execute(_HEAD).one_or_none()
    return None if row is None else Head(row.number, bytes(row.digest).hex())


@dataclass
class _Walk:
    """What is known on the way along the chain."""

    noted: Head | None
    last: Link | None = None
    checked: int = 0
    faults: list[ChainFault] = field(default_factory=list)
    faults_total: int = 0

    @property
    def number(self) -> int:
        return self.last.number if self.last else 0

    def add(self, kind: FaultKind, number: int, until: int | None = None) -> None:
        """Note a fault, the first of them by name."""
        self.faults_total += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(ChainFault(kind, number, until or number))

    def step(self, link: Link) -> None:
        """Check one row and how it goes on from the one before."""
        if link.number > self.number + 1:
            self.add(FaultKind.MISSING, self.number + 1, link.number - 1)
        elif link.is_true:
            self._check_joint(link)
        if not link.is_true:
            self.add(FaultKind.CHANGED, link.number)
        if self.noted and self.noted.number == link.number and self.noted.digest != link.digest.hex():
            self.add(FaultKind.NOTED_CHANGED, link.number)
        self.last = link
        self.checked += 1

    def _check_joint(self, link: Link) -> None:
        before = self.last
        if before is None:
            if link.previous or link.number != 1:
                self.add(FaultKind.REWRITTEN, link.number)
        # A row that is not true was named already, whichever of its columns was changed.
        elif link.previous != before.digest and before.is_true:
            self.add(FaultKind.REWRITTEN, before.number)

    def finish(self, head: Head | None) -> None:
        """Check that the chain ends where the head, and a head that was noted down, say."""
        if head is None:
            self.add(FaultKind.NO_HEAD, self.number)
        elif head.number > self.number:
            self.add(FaultKind.LOST, self.number + 1, head.number)
        elif head.number < self.number:
            self.add(FaultKind.BEYOND, head.number + 1, self.number)
        elif self.last and self.last.is_true and self.last.digest.hex() != head.digest:
            self.add(FaultKind.REWRITTEN, self.number)
        if self.noted and self.noted.number > self.number:
            self.add(FaultKind.NOTED_LOST, self.number + 1, self.noted.number)


def _walk(links: Iterable[Link], head: Head | None, noted: Head | None) -> ChainState:
    walk = _Walk(noted)
    for link in links:
        walk.step(link)
    walk.finish(head)
    return ChainState(walk.checked, head or NOBODY, tuple(walk.faults), walk.faults_total)
