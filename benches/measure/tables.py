"""Tables of results in Markdown."""

import datetime
import os
import pathlib
import platform
import shlex
import statistics
import subprocess

from .builds import FRESH, NOTHING, ONE, TEMPLATE, WORDS, WRITER

# The most times the writer that a row may take at 10,000 incidents.
GOALS = {FRESH: 2.7, NOTHING: 0.3, ONE: 0.8, "publish to a folder, nothing changed": 0.3, "publish to a bucket, nothing changed": 0.3}
# The most megabytes of a fresh build, by incidents.
PEAKS = {10_000: 200, 100_000: 1_200}
# The most times the processor time of a tenth of the incidents.
GROWTH = 11


def head(root, folder, arguments):
    """What was measured, on which machine, by which command."""
    command = shlex.join(["benches/run", *arguments])
    return f"""\
# Results of `benches/run`

`{command}`, commit {commit(root)}, {datetime.date.today()}.

Machine: {processor()}, {os.cpu_count()} processors, {memory()}, {file_system(folder)}, {platform.system()} {platform.release()}, {said(["rustc", "--version"])}.

Medians. Seconds are those of the wall clock. "Times the writer" compares with the bare writer in the same round: it creates
the files of the fresh build with the same bytes from memory. Peak memory is never below that of Python, which starts the
programs.
"""


def table_of(bench):
    lines = [
        f"## {bench.incidents:,} incidents, {bench.files:,} files, {bench.bytes / 1e6:,.0f} MB",
        "",
        "| work | times the writer | goal | seconds | range | CPU seconds | peak memory | files written | instructions |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [row_of(bench, row) for row in bench.samples]
    lines += [f"\n{note}" for note in [*bench.notes, *peak_note(bench)]]
    return "\n".join(lines) + "\n"


def row_of(bench, row):
    samples = bench.samples[row]
    seconds = [sample.seconds for sample in samples]
    cells = [
        row,
        f"{ratio(bench, row):.2f}",
        goal(bench, row),
        f"{statistics.median(seconds):.3f}",
        f"{min(seconds):.3f} - {max(seconds):.3f}" if len(seconds) > 1 else "",
        "" if row == WRITER else f"{cpu(bench, row):.2f}",
        "" if row == WRITER else f"{max(sample.peak for sample in samples):.0f} MB",
        f"{statistics.median(bench.written[row]):,.0f}" if bench.written.get(row) else "",
        f"{bench.instructions[row]:,}" if row in bench.instructions else "",
    ]
    return f"| {' | '.join(cells)} |"


def ratio(bench, row):
    """A row's time as times the writer, in the same round where both ran in it."""
    seconds, writer = ([sample.seconds for sample in bench.samples[name]] for name in (row, WRITER))
    if len(seconds) == len(writer):
        return statistics.median(one / other for one, other in zip(seconds, writer))
    return statistics.median(seconds) / statistics.median(writer)


def cpu(bench, row):
    return statistics.median(sample.cpu for sample in bench.samples[row])


def goal(bench, row):
    if bench.incidents != 10_000:
        return ""
    most = GOALS.get(row)
    if row in (WORDS, TEMPLATE):
        most = ratio(bench, FRESH)
    return "" if most is None else f"at most {most:.2f}: {verdict(ratio(bench, row) <= most)}"


def verdict(is_met):
    return "met" if is_met else "missed"


def peak_note(bench):
    peak, most = max(sample.peak for sample in bench.samples[FRESH]), PEAKS.get(bench.incidents)
    return [f"Peak memory of a fresh build, under {most:,} MB: {verdict(peak < most)}."] if most else []


def tables_end(benches):
    """How processor time grows from one size to the next."""
    lines = []
    for small, large in zip(benches, benches[1:]):
        times, factor = cpu(large, FRESH) / cpu(small, FRESH), large.incidents / small.incidents
        met = f"; at most {GROWTH}: {verdict(times <= GROWTH)}" if large.incidents == 100_000 and factor == 10 else ""
        lines.append(
            f"- {large.incidents:,} incidents take {times:.1f} times the processor time of {small.incidents:,}, "
            f"which are {factor:g} times fewer{met}."
        )
    return "\n".join(["## Growth", "", *lines]) + "\n" if lines else ""


def commit(root):
    changed = said(["git", "-C", str(root), "status", "--porcelain", "--untracked-files=no", ":!benches/RESULTS.md"])
    return said(["git", "-C", str(root), "rev-parse", "--short", "HEAD"]) + (" with changes" if changed else "")


def said(command):
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stdout.strip()


def processor():
    cpus = pathlib.Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def memory():
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB"


def file_system(folder):
    return said(["findmnt", "--noheadings", "--output", "FSTYPE", "--target", str(folder)]) or "unknown file system"
