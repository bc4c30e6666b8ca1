"""``fengtu providers``: asking an online provider about addresses that the own gazetteer leaves open."""

from __future__ import annotations

import json

import click

from data.commands.context import Context
from data.commands.worded import WordedGroup
from data.provider_settings import ProviderSettings
from data.providers.answers import Outcome
from data.sessions import reading
from grid.principals import COMMAND_LINE
from grid.refusals import Refused


@click.group(cls=WordedGroup, name="providers")
def providers() -> None:
    """Group of commands."""


@providers.command()
@click.option("--most", type=click.IntRange(1, 1_000_000))
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def ask(context: Context, most: int | None, as_json: bool) -> None:
    """Ask about open texts; what is answered waits on the review page for a person."""
    from data.providers.run import ask_provider

    settings = _settings(context)

    def tell(count: int, outcome: Outcome) -> None:
        if not as_json:
            click.echo(context.say("providers.asked", count=count, outcome=_outcome(context, outcome)))

    done = ask_provider(context.open_engine(), COMMAND_LINE, settings, most=most, tell=tell)
    stop = done.stop or ""
    if as_json:
        counts = {"asked": done.asked, "outcomes": dict(done.outcomes), "withheld": dict(done.withheld)}
        click.echo(json.dumps({**counts, "stop": stop}))
        return
    click.echo(context.say("providers.sum", count=done.asked, found=done.outcomes[Outcome.FOUND]))
    for reason, count in done.withheld.items():
        click.echo(context.say(f"providers.withheld.{reason}", count=count))
    click.echo(context.say(f"providers.stop.{stop}"))


@providers.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def status(context: Context, as_json: bool) -> None:
    """Say whether a provider may be asked, where, and what became of it."""
    from data.providers.asked import open_texts
    from data.providers.ledger import count_answers, spent_today

    settings = context.settings.provider
    if settings is None:
        click.echo(json.dumps({"provider": None}) if as_json else context.say("providers.off"))
        return
    with reading(context.open_engine(), COMMAND_LINE) as session:
        spent, answers = spent_today(session, settings), count_answers(session, settings)
        waiting = len(open_texts(session, settings.provider))
    facts = {"provider": settings.provider.value, "host": settings.host, "daily": settings.daily}
    if as_json:
        click.echo(json.dumps({**facts, "spent": spent, "answers": answers, "open": waiting}))
        return
    name = context.say(f"providers.name.{settings.provider}")
    click.echo(context.say("providers.on", name=name, host=settings.host))
    click.echo(context.say("providers.budget", spent=spent, daily=settings.daily, open=waiting))
    for outcome, count in answers.items():
        click.echo(context.say("providers.answers", count=count, outcome=_outcome(context, outcome)))


def _settings(context: Context) -> ProviderSettings:
    """Return whom to ask; raises ``Refused('provider_off')``."""
    if context.settings.provider is None:
        raise Refused("provider_off")
    return context.settings.provider


def _outcome(context: Context, outcome: str) -> str:
    return context.say(f"providers.outcome.{outcome}")
