"""What the documents say exists: commands, targets, files, pages, terms."""

import re
from pathlib import Path

import click
import pytest

from data.cli import make_cli
from grid.findings import ImportKind
from layers.words import say

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(
        re.findall(r"\bmake ([a-z]+)", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    )
    assert {"run", "test", "stop", "check"} <= named <= targets


def test_every_command_named_exists() -> None:
    group = make_cli(say)
    context = click.Context(group)
    commands = {name: group.get_command(context, name) for name in group.list_commands(context)}
    named = set(re.findall(r"fengtu (init|import|up|stop|doctor|export|demo|geocode|[a-z]+)\b", README))
    assert {"init", "import", "up", "doctor", "export"} <= named
    assert named - set(commands) <= {"mycity"}
    assert set(re.findall(r"fengtu import ([a-z-]+) ", README)) == set(ImportKind)
    imports = commands["import"]
    assert isinstance(imports, click.Group)
    assert set(imports.commands) == set(ImportKind)


def test_every_relative_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) >= 5
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("number", range(1, 6))
def test_the_first_decisions_are_recorded_on_a_page(number: int) -> None:
    (record,) = (ROOT / "docs/decisions").glob(f"{number:04d}-*.md")
    text = record.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert all(part in text for part in ("**Context.**", "**Choice.**", "**Given up.**"))


def test_the_glossary_has_the_domain_in_both_languages() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    for key in ("channel.agent", "purpose.accusation", "plan_state.draft", "listing_state.delisted"):
        assert say(key) in glossary
    for noun in ("Area", "Unit", "Petition", "Leader", "Assignment", "Listing", "Clock", "Place", "Measure"):
        assert re.search(rf"^\| {noun}\b", glossary, re.MULTILINE), noun
