"""Every hostile or messy file gets its name in both languages, quickly, in little memory, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.storage.hostile_run import GROUPS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def city(new_database, _small_city_template):
    engine = new_database(_small_city_template)
    yield engine
    engine.dispose()


def test_the_corpus_is_large_and_its_cases_differ():
    cases = [case for group in GROUPS.values() for case in group()]
    assert len(cases) >= 220
    assert len({case.name for case in cases}) == len(cases)
    assert len({case.refused for case in cases}) >= 36


@pytest.mark.parametrize("group", GROUPS)
def test_every_hostile_file_gets_its_name(city, tmp_path, group):
    command = (sys.executable, "-m", "tests.storage.hostile_run")
    url = city.url.render_as_string(hide_password=False)
    run = subprocess.run(
        [*command, url, group, tmp_path], capture_output=True, check=False, text=True, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
    assert not json.loads(run.stdout.splitlines()[-1]), run.stdout
