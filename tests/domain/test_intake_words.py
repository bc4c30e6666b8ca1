"""What the intake says and what it understands agree with the words of the screens."""

import ast
import string
from pathlib import Path

import pytest

from data.intake.tables import vocabulary
from layers.words import Language, all_words

ROOT = Path(__file__).parents[2]
LOCALE = {
    "channel": vocabulary.CHANNELS,
    "purpose": vocabulary.PURPOSES,
    "category": vocabulary.CATEGORIES,
    "track": vocabulary.TRACKS,
    "stage": vocabulary.STAGES,
    "evaluation": vocabulary.EVALUATIONS,
    "assignment_kind": vocabulary.ASSIGNMENT_KINDS,
    "listing_state": vocabulary.LISTING_STATES,
    "backlog_tier": vocabulary.BACKLOG_TIERS,
    "level": vocabulary.LEVELS,
}
SAYING = {"note", "review", "refuse", "tell", "CellProblem"}


def said_codes():
    """Yield every literal finding code of the intake with the names of its facts (none where not literal)."""
    for path in (ROOT / "data" / "intake").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if getattr(node.func, "attr", getattr(node.func, "id", "")) not in SAYING:
                continue
            facts = None if any(k.arg is None for k in node.keywords) else {k.arg for k in node.keywords}
            for code in literals(node.args[0]):
                yield code, facts


def literals(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


@pytest.mark.parametrize("table", sorted(LOCALE))
def test_the_first_spelling_is_the_one_of_the_screens(table):
    words = all_words(Language.ZH)
    for member in LOCALE[table].spellings:
        assert LOCALE[table].word(member) == words[f"{table}.{member}"]
        assert LOCALE[table].find(words[f"{table}.{member}"]) is member
        assert LOCALE[table].find(member.value) is member


@pytest.mark.parametrize(
    "book", [v for v in vars(vocabulary).values() if isinstance(v, vocabulary.Vocabulary)]
)
def test_no_spelling_means_two_members(book):
    spellings = [word for words in book.spellings.values() for word in words]
    assert len(spellings) == len(set(spellings))
    assert book.find("没有这个词") is None


@pytest.mark.parametrize("language", list(Language))
def test_every_finding_has_words_that_its_facts_fill(language):
    words = all_words(language)
    codes = list(said_codes())
    assert len({code for code, _ in codes}) > 50
    assert sorted({code for code, _ in codes if f"findings.{code}" not in words}) == []
    for code, facts in codes:
        wanted = {name for _, name, _, _ in string.Formatter().parse(words[f"findings.{code}"]) if name}
        assert facts is None or wanted <= facts, code
