"""Imports the files of one group of the corpus and prints what is wrong with each, as JSON.

A process of its own, so that what a child is charged with is not what the process of the tests has grown to.
Run as ``python -m tests.storage.hostile_run URL GROUP FOLDER``.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from sqlalchemy import Engine

from data.intake.run import run_import
from data.sessions import make_engine
from grid.findings import ImportReport
from grid.principals import COMMAND_LINE
from grid.refusals import Refused
from layers.words import Language, say, say_refusal
from tests.storage.hostile_files import Case
from tests.storage.hostile_layers import layer_cases
from tests.storage.hostile_texts import text_cases
from tests.storage.hostile_values import value_cases
from tests.storage.hostile_workbooks import workbook_cases

GROUPS = {group.__name__: group for group in (value_cases, text_cases, workbook_cases, layer_cases)}
MOST_SECONDS = 5.0
"""Of processor time, ours and the child's: the clock on the wall measures what else the machine does."""
MOST_WAITED_S = 30.0
MOST_KIB = 512 * 1024


def main(url: str, group: str, folder: str) -> None:
    """Print the faults by the case's name; none is as it should be."""
    city, path = make_engine(url), Path(folder) / "file"
    print(json.dumps({case.name: fault for case in GROUPS[group]() if (fault := fault_of(city, path, case))}))
    city.dispose()


def fault_of(city: Engine, path: Path, case: Case) -> str:
    """Return what is wrong with the treatment of one file, "" for nothing."""
    case.make(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, spent = time.monotonic(), processor_s()
    try:
        report = run_import(city, COMMAND_LINE, case.kind, path, dry_run=True, options=case.options)
        fault = fault_of_report(case, report)
    except Refused as refused:
        fault = fault_of_refusal(case, refused)
    except Exception as broken:
        return f"{type(broken).__name__}: {str(broken)[:200]}"
    waited, spent = time.monotonic() - started, processor_s() - spent
    if spent > MOST_SECONDS or waited > MOST_WAITED_S:
        return f"{fault} took {spent:.1f} s of processor time in {waited:.1f} s"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > MOST_KIB:
        return f"{fault} grew by {grown} KiB"
    return fault


def processor_s() -> float:
    """Return the processor time of this process and of the children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def fault_of_refusal(case: Case, refused: Refused) -> str:
    said = [say_refusal(refused, language) for language in Language]
    if not all(said) or refused.code != case.refused or refused.facts != refused.facts | case.facts:
        return f"refused as {refused}"
    return ""


def fault_of_report(case: Case, report: ImportReport) -> str:
    told = {(f.code, f.row, f.column) for f in report.findings}
    said = [say(f"findings.{f.code}", language, **f.facts) for f in report.findings for language in Language]
    asked = {question.code for question in report.inspection.open_questions}
    shares = (report.accepted, report.review, report.refused)
    if case.refused or not all(said) or not set(case.findings) <= told:
        return f"taken in as {shares} with {sorted(told)}"
    if case.asked and case.asked not in asked:
        return f"asked {asked}, told {sorted(told)}"
    if case.accepted is not None and shares != (case.accepted, 0, 0):
        return f"taken in as {shares} with {sorted(told)}"
    return ""


if __name__ == "__main__":
    main(*sys.argv[1:])
