"""Work that builds of a generated site do, counted and not timed, against the counts recorded in `tests/work.toml`.

Valgrind's callgrind counts instructions, and calls of functions that are too large to be inlined: the program itself
counts nothing. A count that differs by more than a tenth is an error. Where the change is meant, record it with its reason:

    ALLCLEAR_WORK_REASON='...' target/test-tools/venv/bin/python -m pytest tests/outside/work_test.py
"""

import os
import re
import subprocess
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import BINARY, ROOT

RECORD = ROOT / "tests/work.toml"
INCIDENTS = 100
# Each has pages and feeds of its own: with more of them, the same work is only counted more often.
COMPONENTS = 5
NOW = "2025-01-01T00:00:00Z"
# How far a count may be from the recorded one, as a part of it.
SLACK = 0.1
# What is counted, by the function that is called for each.
CALLS = {
    "outputs_rendered": "allclear::render::page",
    "markdown_parses": "pulldown_cmark::firstpass::run_first_pass",
    "messages_looked_up": "allclear::render::messages::Messages::get",
}

Counts = dict[str, dict[str, int]]


def test_builds_do_the_recorded_work(tmp_path: Path) -> None:
    counts = work(tmp_path)
    absent = [name for what, name in CALLS.items() if not counts["fresh"][what]]
    assert not absent, f"a fresh build calls none of these: {absent}; was it renamed, see CALLS?"
    record = tomllib.loads(RECORD.read_text()) if RECORD.exists() else {}
    if reason := os.environ.get("ALLCLEAR_WORK_REASON"):
        RECORD.write_text(renewed(record, counts, reason))
        return
    found = deviations(record, counts)
    assert not found, "\n".join([*found, "if that is meant, record it: see the head of tests/outside/work_test.py"])


def test_growth_and_fall_beyond_the_slack_are_found() -> None:
    record = {"fresh": {"a": {"count": 100, "reason": "x"}, "b": {"count": 0, "reason": "x"}, "c": {"count": 1, "reason": "x"}}}
    within = {"fresh": {"a": 110, "b": 0, "c": 1}}
    assert deviations(record, within) == []
    beyond = {"fresh": {"a": 111, "b": 1, "c": 1, "d": 5}}
    assert deviations(record, beyond) == [
        "fresh: a grew from 100 to 111",
        "fresh: b grew from 0 to 1",
        "fresh: d is not recorded: 5",
    ]
    assert deviations(record, {"fresh": {"a": 89, "b": 0}}) == [
        "fresh: a fell from 100 to 89",
        "fresh: c is recorded and not counted",
    ]
    after = tomllib.loads(renewed(record, {"fresh": {"a": 111, "b": 0}}, 'a "new" way'))
    assert after == {"fresh": {"a": {"count": 111, "reason": 'a "new" way'}, "b": {"count": 0, "reason": "x"}}}


def deviations(record: dict, counts: Counts) -> list[str]:
    """What is beyond the slack, one line each."""
    found = []
    for build, figures in counts.items():
        known = record.get(build, {})
        for what, count in figures.items():
            if what not in known:
                found.append(f"{build}: {what} is not recorded: {count}")
            elif is_beyond(count, old := known[what]["count"]):
                found.append(f"{build}: {what} {'grew' if count > old else 'fell'} from {old} to {count}")
        found += [f"{build}: {what} is recorded and not counted" for what in known if what not in figures]
    return found


def is_beyond(count: int, recorded: int) -> bool:
    return abs(count - recorded) > recorded * SLACK


def renewed(record: dict, counts: Counts, reason: str) -> str:
    """The record with each count that is beyond the slack or new, and the reason for it."""
    lines = [
        f"# What builds of {INCIDENTS} generated incidents of {COMPONENTS} components do, as tests/outside/work_test.py counts it in a debug build.",
        "# Its head says how to record a change.",
    ]
    for build, figures in counts.items():
        lines += ["", f"[{build}]"]
        for what, count in figures.items():
            old = record.get(build, {}).get(what)
            if old is None or is_beyond(count, old["count"]):
                old = {"count": count, "reason": reason}
            text = old["reason"].replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'{what} = {{ count = {old["count"]:_}, reason = "{text}" }}')
    return "\n".join(lines) + "\n"


def work(folder: Path) -> Counts:
    """The counts of a fresh build and, beside it, those of one with nothing changed and of one with one report changed."""
    # As tests/run compiles it.
    level = os.environ | {"CARGO_PROFILE_DEV_OPT_LEVEL": "1"}
    command = ["cargo", "build", "--locked", "--quiet", "--bin", "allclear", "--example", "corpus"]
    subprocess.run(command, cwd=ROOT, env=level, check=True)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(fresh, folder / "fresh")
        others = pool.submit(again, folder / "again")
        return first.result() | others.result()


def fresh(folder: Path) -> Counts:
    return {"fresh": counted(generated(folder), folder / "out")}


def again(folder: Path) -> Counts:
    site, out = generated(folder), folder / "out"
    report = sorted(site.glob("content/incidents/**/*.md"))[INCIDENTS // 2]
    # A build reads files again whose stamps are too new to be trusted: the second build is late enough for most of them.
    for _ in range(2):
        edit(report)
        subprocess.run(build(site, out), check=True, capture_output=True)
    unchanged = counted(site, out)
    edit(report)
    return {"nothing_changed": unchanged, "one_report_changed": counted(site, out)}


def edit(report: Path) -> None:
    report.write_text(report.read_text() + "\nOne more sentence.\n")
    time.sleep(0.1)


def generated(folder: Path) -> Path:
    site = folder / "site"
    subprocess.run([BINARY.parent / "examples/corpus", str(INCIDENTS), site, str(COMPONENTS)], check=True)
    return site


def build(site: Path, out: Path) -> list[str | Path]:
    return [BINARY, "build", "--site", site, "--out", out, "--now", NOW]


def counted(site: Path, out: Path) -> dict[str, int]:
    before, profile = stamps(out), site.parent / "profile"
    tool = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={profile}"]
    run = subprocess.run(tool + build(site, out), env=os.environ | {"RAYON_NUM_THREADS": "1"}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    instructions, calls = read_profile(profile.read_text())
    after = stamps(out)
    written = sum(size for path, (stamp, size) in after.items() if before.get(path) != (stamp, size))
    return {
        "instructions": instructions,
        **{what: calls[name] for what, name in CALLS.items()},
        "bytes_written": written,
    }


def read_profile(text: str) -> tuple[int, Counter]:
    """Instructions of all functions but SHA-256's, and how often each function was called. SHA-256 is a few instructions of the
    processor, but thousands in Valgrind, and how many new files a build trusts by their stamps alone depends on its speed."""
    names: dict[str, str] = {}
    calls: Counter = Counter()
    instructions, function, called, is_call = 0, "", "", False
    for line in text.splitlines():
        # A name is written out where it first stands.
        if match := re.match(r"(c?)fn=\((\d+)\)(?: (.+))?", line):
            if match[3]:
                names[match[2]] = match[3]
            function, called = (function, match[2]) if match[1] else (match[2], called)
        elif match := re.match(r"calls=(\d+)", line):
            calls[names[called]] += int(match[1])
            is_call = True
        elif match := re.match(r"(?:[+-]?\d+|\*) (\d+)$", line):
            # The line after a call has the instructions of what was called.
            instructions += 0 if is_call or "sha2::" in names[function] else int(match[1])
            is_call = False
    return instructions, calls


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """When each file was last written, in nanoseconds, and its size, by its path."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}
