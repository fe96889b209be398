"""Builds of one generated site, each with its time, processor time and peak memory."""

import contextlib
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass

NOW = "2025-01-01T00:00:00Z"
THEME = pathlib.Path(__file__).resolve().parents[2] / "themes/default"
WRITER, FRESH = "bare writer", "fresh build"
NOTHING, ONE = "nothing changed", "one report changed"
WORDS, TEMPLATE = "the theme's words changed", "the base template changed"
# Callgrind takes fifty times as long as the program.
MOST_COUNTED = 1_000


@dataclass
class Sample:
    """What one run took: seconds of the wall clock and of all processors, and peak memory in megabytes."""

    seconds: float
    cpu: float
    peak: float


class Program:
    """The binary under test, and the examples that generate sites and write bare files."""

    def __init__(self, release):
        self.release = release

    def run(self, *arguments, environment=None):
        return measured_run([self.release / "allclear", *arguments, "--now", NOW], environment)

    def generate(self, incidents, site):
        subprocess.run([self.release / "examples/corpus", str(incidents), site], check=True)

    def write(self, like, to):
        """The writer times itself, since it reads the files first."""
        command = [self.release / "examples/writer", like, to]
        seconds = float(subprocess.run(command, check=True, capture_output=True).stdout)
        return Sample(seconds, float("nan"), float("nan"))


def measured_run(command, environment=None):
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            log.seek(0)
            sys.exit(log.read().decode() + f"benches/run: {command[0]} ended with {process.returncode}")
    unit = 1 if platform.system() == "Darwin" else 1024
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


class Bench:
    """A site of so many incidents, and what was measured of it: samples and files written by row, in the rows' order."""

    def __init__(self, program, scratch, incidents, rounds):
        self.program, self.scratch, self.incidents, self.rounds = program, scratch, incidents, rounds
        self.site, self.first = scratch / "site", scratch / "first"
        self.samples, self.written, self.instructions = defaultdict(list), defaultdict(list), {}
        self.failures, self.notes = [], []
        self.files = self.bytes = 0

    def generate(self):
        self.program.generate(self.incidents, self.site)
        self.build(self.first)
        outputs = [path for path in self.first.rglob("*") if path.is_file()]
        self.files, self.bytes = len(outputs), sum(path.stat().st_size for path in outputs)

    def add(self, row, sample):
        self.samples[row].append(sample)
        print(f"{self.incidents} incidents, {row}: {sample.seconds:.3f} s", file=sys.stderr, flush=True)

    def build(self, out):
        return self.program.run("build", "--site", self.site, "--out", out)

    def round(self, number):
        """The writer, a build into a fresh folder, and builds of it after nothing or one thing has changed."""
        os.sync()
        self.add(WRITER, self.program.write(self.first, self.scratch / f"writer-{number}"))
        out = self.scratch / f"build-{number}"
        os.sync()
        self.measure(FRESH, out)
        self.measure(NOTHING, out)
        if self.written[NOTHING][-1] > 0:
            self.failures.append("a build that had nothing to do changed files")
        self.change_one_report(number)
        self.measure(ONE, out)
        if self.written[ONE][-1] > self.files / 10:
            self.failures.append(f"one changed report made {self.written[ONE][-1]} of {self.files} files be written")
        with self.theme_file("i18n/en.ftl", "history = The past\n"):
            self.measure(WORDS, out)
        with self.theme_file("templates/base.html", (THEME / "templates/base.html").read_text() + "<!-- Changed -->\n"):
            self.measure(TEMPLATE, out)

    def measure(self, row, out):
        before = stamps(out)
        self.add(row, self.build(out))
        after = stamps(out)
        changed = [path for path in after if after[path] != before.get(path) and not path.startswith(".allclear")]
        self.written[row].append(len(changed))

    def change_one_report(self, number):
        reports = sorted(self.site.glob("content/incidents/**/*.md"))
        with open(reports[(number * 7919 + len(reports) // 2) % len(reports)], "a") as report:
            report.write("\nOne more sentence, written later.\n")

    @contextlib.contextmanager
    def theme_file(self, name, text):
        """A file of the theme, over the built-in one."""
        path = self.site / "themes/default" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        yield
        shutil.rmtree(self.site / "themes")

    def count_instructions(self):
        if self.incidents > MOST_COUNTED:
            return
        if shutil.which("valgrind") is None:
            self.notes.append("Instructions are not counted: Valgrind is not installed.")
            return
        out = self.scratch / "counted"
        self.instructions[FRESH] = self.instructions_of(out)
        self.instructions[NOTHING] = self.instructions_of(out)
        self.change_one_report(self.rounds)
        self.instructions[ONE] = self.instructions_of(out)

    def instructions_of(self, out):
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.scratch / 'profile'}"]
        build = [self.program.release / "allclear", "build", "--site", self.site, "--out", out, "--now", NOW]
        environment = os.environ | {"RAYON_NUM_THREADS": "1"}
        run = subprocess.run(tool + build, env=environment, check=True, capture_output=True, text=True)
        return int(re.search(r"Collected : (\d+)", run.stderr)[1])


def stamps(folder):
    """When each file below a folder last changed, in nanoseconds, by its path."""
    found = {}
    for parent, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(parent, name)
            found[os.path.relpath(path, folder)] = os.stat(path).st_mtime_ns
    return found
