"""The reading child: bound in memory and time, alone with its file, gone with its parent, quick to start."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from data.intake.reading import process
from data.intake.reading.frames import BrokenFrame, read_frames, read_json, write_json
from data.intake.reading.gdal import DRIVERS, SKIPPED
from data.intake.reading.process import Limits, limits_for, reading
from data.intake.tables.sheets import read_sheet
from grid.refusals import Refused
from tests.storage.hostile_layers import geopackage
from tests.storage.hostile_workbooks import good, workbook

ROOT = Path(__file__).parents[2]
MIB = 2**20


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(good())
    return path


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """Return what lets every child run some code when it has bound itself and is about to read."""
    starter = tmp_path / "stand_in" / "starter.py"
    starter.parent.mkdir()
    start = subprocess.Popen

    def put(code):
        lines = [
            "import os, sys, time",
            "from data.intake.reading import __main__ as child",
            f"def read(request, out):\n    {code}",
            "child._read = read",
            "sys.exit(child.main())",
        ]
        starter.write_text("\n".join(lines), encoding="utf-8")

    def popen(arguments, **options):
        return start([arguments[0], str(starter)], **options)

    monkeypatch.setattr(process.subprocess, "Popen", popen)
    return put


def refused(path):
    with pytest.raises(Refused) as caught:
        read_sheet(path)
    return caught.value.code


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("os.kill(os.getpid(), 11)", "file_reader_died"),
        ("os._exit(0)", "file_reader_died"),
        ("raise ValueError('张某某 13800138000')", "file_reader_died"),
        ("out.write(b'x' * 5); out.flush(); os._exit(0)", "file_reader_died"),
        ("out.write(b'\\xff' * 16); out.flush(); time.sleep(60)", "file_reader_died"),
        ("bytearray(4 << 30)", "file_too_heavy"),
        ("[bytes(1 << 20) for _ in range(4000)]", "file_too_heavy"),
    ],
)
def test_a_child_that_breaks_off_has_a_name_and_quotes_nothing(stand_in, book, caplog, code, name):
    stand_in(code)
    assert refused(book) == name
    assert "13800138000" not in caplog.text


def test_a_child_that_hangs_is_ended(monkeypatch, stand_in, book):
    monkeypatch.setattr(process, "limits_for", lambda size: Limits(400 * MIB, 20, 1.0))
    stand_in("time.sleep(60)")
    started = time.monotonic()
    assert refused(book) == "file_reader_slow"
    assert time.monotonic() - started < 5


def test_a_child_that_spins_runs_out_of_processor_time(monkeypatch, stand_in, book):
    monkeypatch.setattr(process, "limits_for", lambda size: Limits(400 * MIB, 1, 60.0))
    stand_in("exec('while True: pass')")
    assert refused(book) == "file_reader_slow"


def test_a_child_sees_no_secret_and_may_open_few_files(monkeypatch, stand_in, book):
    monkeypatch.setenv("FENGTU_DATABASE_URL", "postgresql://secret")
    told = "open('/proc/self/environ').read(), __import__('resource').getrlimit(7), os.getcwd()"
    stand_in(f"child.write_json(out, 'told', [{told}])")
    with reading(book, "sheet", name=None) as frames:
        environment, files, folder = next(read_json(content) for kind, content in frames if kind == "told")
    assert "secret" not in environment
    assert files == [64, 64]
    assert not Path(folder).exists()


def test_a_child_dies_with_its_parent(tmp_path, book):
    parent = (
        "import json, subprocess, time\n"
        "from pathlib import Path\n"
        "from data.intake.reading import process\n"
        "start = subprocess.Popen\n"
        "def popen(arguments, **options):\n"
        "    child = start(arguments, **options); print(child.pid, flush=True); return child\n"
        "process.subprocess.Popen = popen\n"
        "process._ask = lambda child, request: child.stdin.write(json.dumps(request).encode() + b'\\n')\n"
        f"with process.reading(Path({str(book)!r}), 'sheet', name=None) as frames:\n"
        "    time.sleep(60)\n"
    )
    running = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE)
    child = int(running.stdout.readline())
    running.kill()
    running.wait()
    running.stdout.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and "Z" not in state(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists() or "Z" in state(child)


def state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_many_threads_read_at_once(book):
    with ThreadPoolExecutor(4) as pool:
        sheets = list(pool.map(read_sheet, [book] * 8))
    assert {sheet.rows[1][0] for sheet in sheets} == {"A-1"}


def test_no_child_or_file_is_left_when_a_reader_gives_up(book):
    before, children = set(Path("/proc/self/fd").iterdir()), _children()
    for _ in range(3):
        with reading(book, "sheet", name=None):
            pass
    assert set(Path("/proc/self/fd").iterdir()) <= before
    assert _children() <= children, "servers of other tests may be there still"


def _children() -> set[str]:
    """Ids of this process's children, of those too that ended and were not waited for."""
    children: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        # A thread of another test may end while it is asked.
        with suppress(FileNotFoundError, ProcessLookupError):
            children.update(task.joinpath("children").read_text().split())
    return children


def test_gdal_has_no_driver_but_ours(tmp_path):
    code = (
        "from data.intake.reading.gdal import gdal\n"
        "with gdal() as pyogrio: print(*sorted(pyogrio.list_drivers()), sep=',')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.strip().split(",")) == set(DRIVERS)
    assert not DRIVERS & set(SKIPPED)


def test_a_geopackage_is_neither_written_to_nor_littered_beside(tmp_path):
    path = tmp_path / "areas.gpkg"
    data = bytearray(geopackage())
    data[18:20] = b"\x02\x02"  # as QGIS leaves it: with a write-ahead log that is gone
    path.write_bytes(data)
    from data.intake.boundaries.features import read_features

    assert len(read_features(path, layer=None, preferred_layer="county").numbers) == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["areas.gpkg"]
    assert path.read_bytes() == data


def test_limits_are_generous_to_large_files_and_never_without_end():
    small, large = limits_for(10_000), limits_for(512 * MIB)
    assert small.memory < 512 * MIB
    assert small.cpu_s <= 5
    assert large.memory == 2048 * MIB
    assert large.cpu_s == 300


def test_an_honest_large_workbook_passes_its_limits(tmp_path):
    path = tmp_path / "large.xlsx"
    path.write_bytes(workbook([[f"A-{i}", "来信", "城乡建设", i, i / 7] * 2 for i in range(5_000)]))
    # From a small parent: a child is also charged with what its parent held when it was forked.
    script = (
        "import resource, sys; from pathlib import Path; from data.intake.tables.sheets import read_sheet;"
        "print(len(read_sheet(Path(sys.argv[1])).rows),"
        " resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, check=True, text=True, cwd=ROOT
    )
    rows, kib = map(int, told.stdout.split())
    assert rows == 5_000
    assert kib < 512 * 1024


def test_frames_that_break_off_are_noticed(tmp_path):
    path = tmp_path / "frames"
    with path.open("wb") as out:
        write_json(out, "rows", [[1]])
    with path.open("rb") as stream, pytest.raises(BrokenFrame):
        list(read_frames(stream))


def test_starting_costs_little(book):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    read_sheet(book)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.6
    assert signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL
