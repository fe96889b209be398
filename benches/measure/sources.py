"""The same reports as other systems keep them, for `allclear import`."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone

from .builds import measured_run

SITE = 'title = "Corpus status"\nbase_url = "https://status.example.org/"\n'
CONFIG = "title: Corpus\nbaseURL: https://status.example.org\nparams:\n  systems:\n"
HEADING = re.compile(r"^#+ (\w+), (\S+) (\S+)$", re.MULTILINE)


@dataclass
class Report:
    """A report of the corpus: texts by status, the postmortem's last, each with its time in UTC."""

    stem: str
    title: str
    components: dict
    texts: list

    @classmethod
    def read(cls, path):
        text = path.read_text()
        parts = HEADING.split(text)[1:]
        texts = [(status, f"{day}T{time}Z", body.strip()) for status, day, time, body in zip(*[iter(parts)] * 4)]
        title = re.search(r'^title = "(.*)"$', text, re.MULTILINE)[1]
        components = re.search(r"^components = \{ (.*) \}$", text, re.MULTILINE)[1]
        return cls(path.stem, title, dict(re.findall(r'(\S+) = "(\w+)"', components)), texts)


def measure_imports(bench):
    """Imports of each kind into a new site, which print a line for each report."""
    kinds = generate(bench.program, bench.site, bench.scratch / "sources")
    for number in range(bench.rounds):
        for kind, arguments in kinds.items():
            site = bench.scratch / f"imported-{number}-{kind}"
            site.mkdir()
            (site / "site.toml").write_text(SITE)
            sample = measured_run([bench.program.release / "allclear", "import", *arguments, "--site", site], None)
            bench.add(f"import {kind}", sample)


def generate(program, site, to):
    """The arguments of an import of each kind, whose source is written below the folder."""
    to.mkdir()
    reports = [Report.read(path) for path in sorted(site.glob("content/incidents/**/*.md"))]
    program.run("export", "statuspage", to / "statuspage", "--site", site)
    cstate(reports, to / "cstate")
    upptime(reports, to / "upptime")
    markdown(reports, to / "markdown")
    pages(reports, to / "statuspage-text")
    issues = ["--issues", to / "upptime/issues.json"]
    kinds = ["statuspage", "statuspage-text", "cstate", "upptime", "markdown"]
    return {kind: [kind, to / kind, *(issues if kind == "upptime" else [])] for kind in kinds}


def cstate(reports, to):
    issues = to / "content/issues"
    issues.mkdir(parents=True)
    names = sorted({name for report in reports for name in report.components})
    (to / "config.yml").write_text(CONFIG + "".join(f"    - name: {name}\n" for name in names))
    for report in reports:
        updates, (_, _, postmortem) = report.texts[:-1], report.texts[-1]
        messages = [f"*{status}* - {body} {{{{< track \"{time}\" >}}}}" for status, time, body in reversed(updates)]
        front = f"title: {report.title}\ndate: {updates[0][1]}\nresolved: true\nresolvedWhen: {updates[-1][1]}\n"
        front += f"severity: down\naffected: [{', '.join(report.components)}]\nsection: issue\n"
        text = f"---\n{front}---\n" + "\n\n".join(messages) + f"\n\n*Post-mortem* - {postmortem}\n"
        (issues / f"{report.stem}.md").write_text(text)


def upptime(reports, to):
    (to / "history").mkdir(parents=True)
    names = sorted({name for report in reports for name in report.components})
    sites = "".join(f"  - name: {name}\n    url: https://example.org\n" for name in names)
    (to / ".upptimerc.yml").write_text(f"owner: corpus\nrepo: status\nsites:\n{sites}")
    minutes = [{"name": name, "slug": name, "dailyMinutesDown": {}} for name in names]
    (to / "history/summary.json").write_text(json.dumps(minutes))
    issues = []
    for number, report in enumerate(reports, 1):
        (_, opened, body), *updates = report.texts[:-1]
        comments = [{"created_at": time, "body": text, "author_association": "OWNER"} for _, time, text in updates]
        labels = [{"name": name} for name in ["status", *report.components]]
        issue = {"number": number, "title": report.title, "state": "closed", "labels": labels, "created_at": opened}
        issues.append(issue | {"closed_at": updates[-1][1], "body": body, "comments": comments})
    (to / "issues.json").write_text(json.dumps(issues))


def markdown(reports, to):
    to.mkdir()
    for report in reports:
        first, (_, last, _), (_, _, body) = report.texts[0], report.texts[-2], report.texts[-1]
        front = f"started: {first[1]}\nended: {last}\ncomponents: [{', '.join(report.components)}]\n"
        (to / f"{report.stem}.md").write_text(f"---\n{front}---\n# {report.title}\n\n{body}\n")


def pages(reports, to):
    to.mkdir()
    for report in reports:
        texts = list(reversed(report.texts[:-1]))
        updates = "".join(f"{status}\n{body}\nPosted {shown(time)}\n" for status, time, body in texts)
        affected = f"This incident affected: {' and '.join(report.components)}."
        text = f"{report.title}\nIncident Report for Corpus\n{updates}{affected}\n"
        (to / f"{report.stem}.txt").write_text(text)


def shown(time):
    return datetime.fromisoformat(time).astimezone(timezone.utc).strftime("%b %d, %Y - %H:%M UTC")
