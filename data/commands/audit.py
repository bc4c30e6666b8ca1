"""``fengtu audit``: whether the chain of the audit is whole, and what stands in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from data.access.chain import verify_chain
from data.commands.context import Context
from data.reads import audit as audit_reads
from data.sessions import act_for, reading
from grid.audit_words import Teller
from grid.audits import ROWS_A_PAGE, Action, AuditQuestion, ChainState, read_head
from grid.principals import COMMAND_LINE, Role

_Day = click.DateTime(["%Y-%m-%d"])


@click.group(name="audit")
def commands() -> None:
    """Verify and list the audit."""


@commands.command()
@click.option("--head", "noted", default=None, metavar="NUMBER:DIGEST")
@click.pass_obj
def verify(context: Context, noted: str | None) -> None:
    """Say which rows were changed or are missing, exit code 1 where any is, and the head to note down."""
    head = None if noted is None else read_head(noted)
    with reading(context.open_owner_engine(), COMMAND_LINE) as session:
        _without_time_limit(session)
        state = verify_chain(session, head)
    for line in _told(context, state):
        click.echo(line)
    raise click.exceptions.Exit(1 if state.faults_total else 0)


@commands.command(name="list")
@click.option("--since", type=_Day, default=None)
@click.option("--until", type=_Day, default=None)
@click.option("--action", type=click.Choice([action.value for action in Action]), default=None)
@click.option("--principal", default="", metavar="ID|LOGIN")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=None)
@click.option("--subject", default="", metavar="CODE")
@click.option("--thing", default="", metavar="TEXT")
@click.option("--last", type=click.IntRange(1, 100_000), default=ROWS_A_PAGE, show_default=True)
@click.pass_obj
def show(context: Context, /, last: int, **asked: Any) -> None:
    """Print the last rows, newest first."""
    question = _question(**asked)
    with reading(context.open_owner_engine(), COMMAND_LINE) as session:
        rows = audit_reads.rows(session, question, limit=last)
        teller = Teller(context.say, audit_reads.logins(session, rows))
    for row in rows:
        head = f"{row.number}  {row.at:%Y-%m-%d %H:%M:%S}  {teller.action(row)}"
        who = f"{teller.principal(row)} · {teller.role(row)}"
        click.echo("  ".join((head, who, teller.subject(row), *teller.facts(row))))
    if not rows:
        click.echo(context.say("audit.none_found"))


def _question(
    *,
    since: datetime | None,
    until: datetime | None,
    action: str | None,
    role: str | None,
    principal: str,
    subject: str,
    thing: str,
) -> AuditQuestion:
    return AuditQuestion(
        since=since.date() if since else None,
        until=until.date() if until else None,
        action=Action(action) if action else None,
        role=Role(role) if role else None,
        principal=principal,
        subject=subject,
        thing=thing,
    )


def _without_time_limit(session: Session) -> None:
    act_for(session, COMMAND_LINE, timeout_ms=0)


def _told(context: Context, state: ChainState) -> list[str]:
    teller = Teller(context.say, {})
    lines = [teller.fault(fault) for fault in state.faults]
    if state.faults_total > len(lines):
        lines.append(context.say("audit.more_faults", count=state.faults_total - len(lines)))
    verdict = "audit.verdict.broken" if state.faults_total else "audit.verdict.whole"
    counts = {"rows": state.checked, "faults": state.faults_total}
    return [*lines, context.say(verdict, **counts), context.say("audit.note_head", head=state.head)]
