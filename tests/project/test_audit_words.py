"""What the audit holds is told in words: every action, subject and fact that code writes, and every fault."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from grid.audit_words import FACT_CODES
from grid.audits import Action, FaultKind
from layers.words import Language, all_words

ROOT = Path(__file__).parents[2]
WRITERS = {"writing", "noting", "_changing", "_adding", "_writing", "note", "_note"}
DICTS = {"facts", "audit", "counts", "asked", "filters"}
"""Variables that writers of audit rows gather facts in."""
GATHERERS = {"filters", "counts", "facts", "_facts", "_asked"}
"""Functions that return facts."""
OF_ACCOUNTS = {"public_id", "password_hash", "demo"}
"""Columns of an account, which stand in no audit row."""
HOLDERS = {"saved", "filters"}
"""Facts of facts, which are told one by one."""
NO_FACTS = {"changes_data", "timeout_ms", "demo", "read_only"}


def writing_modules() -> Iterator[tuple[str, ast.Module]]:
    for path in (ROOT / "data").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "Action." in source and "migrations" not in path.parts:
            yield source, ast.parse(source)


def gathering_modules() -> Iterator[ast.Module]:
    yield from (tree for _, tree in writing_modules())
    for path in ("grid/register.py", "data/export/bundle.py"):
        yield ast.parse((ROOT / path).read_text(encoding="utf-8"))


def named(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def keys(node: ast.AST) -> Iterator[str]:
    """The keys of dictionaries below a node, facts within facts too."""
    for each in ast.walk(node):
        if isinstance(each, ast.Dict):
            yield from (key.value for key in each.keys if isinstance(key, ast.Constant))


def notes_in_ledger(function: ast.expr) -> bool:
    """Whether a finding of an import is noted, which is no audit row."""
    return isinstance(function, ast.Attribute) and named(function.value) == "ledger"


def facts_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) in WRITERS and not notes_in_ledger(node.func):
            yield from (one.arg for one in node.keywords if one.arg and one.arg not in NO_FACTS)
            for argument in node.args:
                yield from keys(argument)
        if isinstance(node, ast.FunctionDef) and node.name in GATHERERS:
            yield from keys(node)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else targets
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Subscript) and named(part.value) == "facts":
                    yield str(getattr(part.slice, "value", ""))
            if named(target) in DICTS and getattr(node, "value", None) is not None:
                yield from keys(node.value)


def subjects_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) in WRITERS:
            for before, after in zip(node.args, node.args[1:], strict=False):
                if named(getattr(before, "value", before)) == "Action" and isinstance(after, ast.Constant):
                    yield after.value


@pytest.mark.parametrize("language", Language)
def test_every_action_and_fault_has_words(language: Language) -> None:
    words = set(all_words(language))
    assert {f"audit.action.{action}" for action in Action} <= words
    assert {f"audit.fault.{kind}" for kind in FaultKind} <= words


def test_every_action_is_written_somewhere() -> None:
    written = "".join(source for source, _ in writing_modules())
    assert [action for action in Action if f"Action.{action.name}" not in written] == []


def test_every_fact_and_subject_that_is_written_has_words() -> None:
    words = set(all_words(Language.ZH))
    facts = {fact for tree in gathering_modules() for fact in facts_of(tree)} - OF_ACCOUNTS - HOLDERS
    subjects = {subject for _, tree in writing_modules() for subject in subjects_of(tree)}
    assert {"kind", "sha256", "login", "petitions", "matter", "channel", "address"} <= facts
    assert {"city", "coverage_plan", "audit"} <= subjects
    assert sorted(fact for fact in facts if f"audit.fact.{fact}" not in words) == []
    assert sorted(subject for subject in subjects if f"audit.subject.{subject}" not in words) == []


def test_facts_that_are_codes_have_tables_of_words() -> None:
    words = all_words(Language.ZH)
    assert [
        table for table in FACT_CODES.values() if not any(key.startswith(f"{table}.") for key in words)
    ] == []
    assert {f"audit.fact.{fact}" for fact in FACT_CODES} <= set(words)
