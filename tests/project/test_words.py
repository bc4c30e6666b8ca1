"""Every word a user sees exists in every language, and every code that can be said has words."""

import ast
import string
from enum import StrEnum
from pathlib import Path

import pytest

from grid import areas, coverage, findings, listings, matters, measures, places, principals
from grid.clocks import events, states
from layers.words import Language, all_words

ROOT = Path(__file__).parents[2]
PACKAGES = ("grid", "data", "layers", "callbacks")

ENUM_WORDS: dict[str, type[StrEnum]] = {
    "level": areas.Level,
    "area_kind": areas.AreaKind,
    "channel": matters.Channel,
    "purpose": matters.Purpose,
    "category": matters.Category,
    "stage": matters.Stage,
    "track": matters.Track,
    "evaluation": matters.Evaluation,
    "clock_state": states.ClockState,
    "event_kind": events.EventKind,
    "granularity": places.Granularity,
    "place_status": places.PlaceStatus,
    "listing_state": listings.ListingState,
    "assignment_kind": coverage.AssignmentKind,
    "plan_state": coverage.PlanState,
    "unit_kind": coverage.UnitKind,
    "measure_unit": measures.MeasureUnit,
    "import_kind": findings.ImportKind,
    "severity": findings.Severity,
    "role": principals.Role,
}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _trees() -> list[tuple[Path, ast.Module]]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in [*files, ROOT / "app.py"]]


def _first_texts(function: str) -> set[tuple[str, frozenset[str] | None]]:
    """Return the literal first argument and the keyword names (none for ``**``) of a function's calls."""
    found = set()
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == function and isinstance(node.args[0].value, str):
                    names = [keyword.arg for keyword in node.keywords]
                    named = None if None in names else frozenset(filter(None, names))
                    found.add((node.args[0].value, named))
    return found


def test_languages_have_the_same_keys_and_placeholders() -> None:
    chinese, english = all_words(Language.ZH), all_words(Language.EN)
    assert set(chinese) == set(english)
    differing = [key for key in chinese if _placeholders(chinese[key]) != _placeholders(english[key])]
    assert differing == []


@pytest.mark.parametrize("table", sorted(ENUM_WORDS))
def test_every_member_of_the_domain_has_words(table: str) -> None:
    words = all_words(Language.ZH)
    assert {f"{table}.{member}" for member in ENUM_WORDS[table]} <= set(words)


def test_every_refusal_has_words_that_its_facts_fill() -> None:
    words = all_words(Language.ZH)
    refusals = _first_texts("Refused")
    assert len(refusals) >= 10
    missing = sorted(code for code, _ in refusals if f"refusals.{code}" not in words)
    assert missing == []
    unfilled = [
        code
        for code, named in refusals
        if named is not None and not _placeholders(words[f"refusals.{code}"]) <= named
    ]
    assert unfilled == []


def test_every_literal_key_that_is_said_exists() -> None:
    words = all_words(Language.ZH)
    missing = sorted(key for key, _ in _first_texts("say") if key not in words)
    assert missing == []


def test_no_sentence_for_users_stands_in_code() -> None:
    """Chinese text in code is vocabulary that a file may hold; only the demo writes files with sentences."""
    guilty = []
    for path, tree in _trees():
        if path.is_relative_to(ROOT / "data/demo"):
            continue
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docstrings | bare
                and len(node.value) > 1
                and node.value[-1] in "。！？"
            ):
                guilty.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert guilty == []
