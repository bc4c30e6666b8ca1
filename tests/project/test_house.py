"""The house stays as it was laid out: our packages, pins without addresses, no large or bound files."""

import importlib
import re
import subprocess
from pathlib import Path

import pytest

from layers.theme import stylesheet

ROOT = Path(__file__).parents[2]


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("package", ["grid", "data", "layers", "callbacks", "app"])
def test_the_packages_are_ours(package: str) -> None:
    """Each of these names belongs to a stranger on the package index."""
    assert Path(str(importlib.import_module(package).__file__)).is_relative_to(ROOT)


def test_nothing_hides_the_data_package() -> None:
    ignored = subprocess.run(["git", "check-ignore", "data/models/base.py"], cwd=ROOT, check=False)
    assert ignored.returncode == 1


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_carry_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text, flags=re.MULTILINE | re.IGNORECASE)
    assert len(pins) > 30
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
    assert "--index-url" not in text


def test_large_files_have_a_reason() -> None:
    reasons = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs/decisions").glob("*.md"))
    large = [path for path in _tracked() if path.stat().st_size > 1_000_000]
    assert [path.name for path in large if path.name not in reasons] == []


def test_no_file_names_a_path_of_a_machine_or_a_registry() -> None:
    forbidden = re.compile(r"/home/\w+/|/root/|/Users/\w+|pypi\.org|files\.pythonhosted|registry\.npmjs")
    guilty = []
    for path in _tracked():
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".css", ".js", ""} and path != Path(
            __file__
        ):
            guilty += (
                [path.name] if forbidden.search(path.read_text(encoding="utf-8", errors="ignore")) else []
            )
    assert guilty == []


def test_the_stylesheet_of_tokens_is_made_from_the_theme() -> None:
    assert (ROOT / "callbacks/assets/00-tokens.css").read_text(encoding="utf-8") == stylesheet()
