"""The JSON Schemas that `schema` prints agree with what `check` accepts: key by key, value by value."""

import itertools
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import jsonschema
import pytest

from conftest import BINARY, ROOT


# What a schema can see is wrong. The rest, as a component that does not exist, takes the whole site.
RULES = {
    "unknown-key", "wrong-type", "missing-key", "missing-title", "unknown-state", "unknown-impact", "unknown-url-style",
}  # fmt: skip

# TOML values of every kind.
VALUES = [
    '"text"', '""', "7", "-1", "1.5", "true", "false", "2024-05-01", "2024-05-01 10:00:00", "2024-05-01 10:00:00Z", "10:00:00",
    '"major_outage"', '"major"', '"none"', '"critical"', '"off"', "[]", '["text"]', "[7]", '["text", 7]', "{}",
    '{ api = "major" }', '{ api = "broken" }', "{ api = 7 }", '[{ text = "x" }]', '[{ text = "x", due = 2024-05-01 }]',
    '[{ id = "x", name = "X" }]', '[{ id = "x" }]',
    '[{ component = "api", state = "partial", from = 2024-05-20 10:00:00 }]', '[{ titel = "x" }]',
]  # fmt: skip

SITE = 'title = "T"\nbase_url = "https://status.example.org/"\n'
START = {
    "site": SITE,
    "incident": 'title = "T"\n',
    "maintenance": 'title = "T"\nfrom = 2024-05-20 10:00:00\nto = 2024-05-20 11:00:00\n',
    "page": 'title = "T"\n',
}
FILES = {
    "site": "site.toml",
    "incident": "content/incidents/x.md",
    "maintenance": "content/maintenance/x.md",
    "page": "content/pages/x.md",
}


def schema(subject: str) -> dict:
    """The schema as it is printed."""
    run = subprocess.run([BINARY, "schema", subject], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def plain(value: object) -> object:
    """A TOML value as language servers hand it to schemas: times as texts."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, (date, datetime)) or hasattr(value, "tzinfo") else value


def can_tell(key: dict, value: str) -> bool:
    """Whether a schema can judge: to it a time is a text, so it takes one for the other."""
    is_time = value[0].isdigit() and ("-" in value or ":" in value)
    if is_time:
        return "pattern" in key or key.get("type") not in ("string", None) or "enum" in key
    return not (value.startswith('"') and "pattern" in json.dumps(key))


def cases(subject: str) -> Iterator[tuple[str, str]]:
    """Every key of the top level with every value, and every key of a table in it."""
    for name, key in schema(subject)["properties"].items():
        for value in VALUES:
            if can_tell(key, value):
                yield name, f"{name} = {value}\n"
        for inner, inner_key in key.get("properties", {}).items():
            for value in VALUES:
                if can_tell(inner_key, value):
                    yield f"{name}.{inner}", f"{name}.{inner} = {value}\n"
    yield "titel", "titel = 1\n"


def document(subject: str, lines: dict[str, str]) -> str:
    """The smallest document with these lines in it, by the keys that they set."""
    kept = [start for start in START[subject].splitlines(keepends=True) if start.split(" =")[0] not in lines]
    return "".join(kept) + "".join(lines.values())


def write(folder: Path, subject: str, number: int, text: str) -> str:
    """Writes a document; returns its path in the site."""
    path = FILES[subject].replace("x.md", f"x{number}.md")
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    body = "\n## Investigating, 2024-05-20 10:00\n\nx\n" if subject == "incident" else "\n"
    file.write_text(text if subject == "site" else f"+++\n{text}+++\n{body}", encoding="utf-8")
    return path


def check(folder: Path, subject: str, texts: list[str]) -> list[list[dict]]:
    """The problems of each text that a schema can see. There is one site.toml to a site, and there are many reports."""
    if subject == "site":
        return [problems_of(folder, write(folder, subject, 0, text))[0] for text in texts]
    (folder / "site.toml").write_text(SITE + '[[components]]\nid = "api"\nname = "API"\n', encoding="utf-8")
    paths = [write(folder, subject, number, text) for number, text in enumerate(texts)]
    return problems_of(folder, *paths)


def problems_of(folder: Path, *paths: str) -> list[list[dict]]:
    """The problems of each file that a schema can see."""
    command = [BINARY, "check", "--site", folder, "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    problems = [problem for problem in json.loads(run.stdout) if problem["rule"] in RULES]
    return [[problem for problem in problems if problem["file"] == path] for path in paths]


def judged_cases(folder: Path, subject: str) -> Iterator[tuple[str, str, list[dict]]]:
    """Each case as a document of its own, its line, and the problems that `check` finds in that line."""
    if subject == "site":
        yield from judged_settings(folder)
        return
    lines = [line for _, line in cases(subject)]
    texts = [document(subject, {name.split(".")[0]: line}) for name, line in cases(subject)]
    yield from zip(texts, lines, check(folder, subject, texts))


def judged_settings(folder: Path) -> Iterator[tuple[str, str, list[dict]]]:
    """The cases of site.toml, one of every key at a time: a run for each alone would take minutes."""
    by_key: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
    for name, line in cases("site"):
        by_key["." in name].setdefault(name, []).append(line)
    # A table cannot have a value of its own beside those of its keys.
    for columns in by_key.values():
        for row in itertools.zip_longest(*columns.values()):
            yield from judged_lines(folder, {key: line for key, line in zip(columns, row) if line})


def judged_lines(folder: Path, lines: dict[str, str]) -> Iterator[tuple[str, str, list[dict]]]:
    """Lines of one site.toml, each as a document of its own, itself, and the problems that `check` finds in it."""
    text = document("site", lines)
    (problems,) = check(folder, "site", [text])
    for key, line in lines.items():
        number = text.splitlines(keepends=True).index(line) + 1
        yield document("site", {key: line}), line, [problem for problem in problems if problem["line"] == number]


@pytest.mark.parametrize("subject", START)
def test_schema_and_check_agree(subject: str, tmp_path: Path) -> None:
    validator = jsonschema.Draft7Validator(schema(subject))
    validator.check_schema(validator.schema)
    judged = {True: 0, False: 0}
    for text, line, problems in judged_cases(tmp_path, subject):
        by_schema = validator.is_valid(plain(tomllib.loads(text)))
        assert by_schema == (not problems), f"{line} by schema {by_schema}, by check {problems}"
        judged[by_schema] += 1
    assert min(judged.values()) > 10, judged


@pytest.mark.parametrize("subject", START)
def test_a_missing_key_is_missed_by_both(subject: str, tmp_path: Path) -> None:
    validator = jsonschema.Draft7Validator(schema(subject))
    for line in START[subject].splitlines(keepends=True):
        text = START[subject].replace(line, "")
        assert not validator.is_valid(plain(tomllib.loads(text))), line
        assert check(tmp_path, subject, [text])[0], line


def test_the_demo_is_valid() -> None:
    site = tomllib.loads((ROOT / "site.toml").read_text(encoding="utf-8"))
    jsonschema.validate(plain(site), schema("site"))
    for subject, folder in (("incident", "incidents"), ("maintenance", "maintenance"), ("page", "pages")):
        files = list((ROOT / "content" / folder).rglob("*.md"))
        assert files
        for file in files:
            front = file.read_text(encoding="utf-8").split("+++")[1]
            # TOML 1.0, which is what Python reads, has no times without seconds.
            front = re.sub(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d)(?!:)", r"\1:00", front)
            jsonschema.validate(plain(tomllib.loads(front)), schema(subject))
