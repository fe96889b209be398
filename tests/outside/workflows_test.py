"""The workflows of `allclear init --github`: linted as they are written, and run step by step against a bare repository."""

import os
import re
import shutil
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import linters
import pytest
import yaml
from actions import Cancelled, Died, Hub, git, hub, load
from conftest import BINARY, ROOT

MESSAGE = 'Quotes " and \' and `backticks` and $(touch /tmp/never) and ${HOME}\\n## Resolved\\n+++\\n- 💸 שלום %s \\\\0 ::error::x'
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def at(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def allclear(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def repository(folder: Path, site: str) -> Path:
    """A git repository with a site and its workflows."""
    git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    made = allclear(folder, "init", site, "--github", "--component", "API", "--base-url", "https://status.test/")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(params=[".", "sites/it's status"], ids=["root", "subfolder"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The files as they are written for a site at the root, and for one in a folder."""
    return repository(tmp_path / "repository", request.param)


def test_every_file_is_written_and_shown(written: Path) -> None:
    files = sorted(path.name for path in (written / ".github").rglob("*.yml"))
    assert files == ["action.yml", "alert.yml", "check.yml", "post-update.yml", "publish.yml", "tick.yml"]
    site = next(path.parent for path in written.rglob("site.toml"))
    again = allclear(written, "init", str(site.relative_to(written)), "--github")
    assert (again.returncode, again.stdout) == (0, ""), again.stderr
    (written / ".github/workflows/tick.yml").write_text("name: mine\n")
    refused = allclear(written, "init", str(site.relative_to(written)), "--github")
    assert refused.returncode == 2 and "tick.yml` is there already" in refused.stderr
    (written / ".github/workflows/tick.yml").unlink()
    shown = allclear(written, "init", str(site.relative_to(written)), "--github", "--dry-run")
    assert shown.stdout.count("==> ") == 1 and "\nname: tick\n" in shown.stdout
    assert not (written / ".github/workflows/tick.yml").exists()


def test_linters_find_nothing(written: Path) -> None:
    linters.syntax(*(written / ".github/workflows").glob("*.yml"))
    linters.security(written / ".github")


@pytest.mark.parametrize(
    ("right", "wrong"), [("queue: max", "queue: many"), ("shell: bash", "shell: bosh"), ('cat "$said"', "cat $said")]
)
def test_linters_know_the_queue_and_read_the_steps(written: Path, right: str, wrong: str) -> None:
    publish = written / ".github/workflows/publish.yml"
    publish.write_text(publish.read_text().replace(right, wrong))
    with pytest.raises(AssertionError):
        linters.syntax(publish)


def jobs(written: Path) -> dict[str, dict]:
    """All jobs by `FILE/JOB`."""
    files = (written / ".github/workflows").glob("*.yml")
    return {f"{file.stem}/{name}": job for file in files for name, job in load(file)["jobs"].items()}


def test_actions_are_pinned_and_permissions_are_named(written: Path) -> None:
    for file in (written / ".github").rglob("*.yml"):
        uses = [line.split("uses: ")[1] for line in file.read_text().splitlines() if "uses: " in line]
        remote = [it for it in uses if not it.startswith("$/")]
        assert all(len(it.split("@")[1].split(" # v")[0]) == 40 and " # v" in it for it in remote), file
        if file.name != "action.yml":
            assert load(file)["permissions"] == {}, file
    everything = jobs(written)
    assert all("permissions" in job for job in everything.values())
    writing = {name for name, job in everything.items() if job["permissions"].get("contents") == "write"}
    assert writing == {"post-update/write", "alert/write"}
    groups = {name: job["concurrency"] for name, job in everything.items() if "concurrency" in job}
    assert list(groups) == ["publish/deploy"]
    assert groups["publish/deploy"]["queue"] == "max" and groups["publish/deploy"]["cancel-in-progress"] is False
    assert set(load(written / ".github/workflows/check.yml")["on"]) == {"pull_request"}
    assert "secrets" not in (written / ".github/workflows/check.yml").read_text().replace("no secrets", "")


def test_no_input_is_pasted_into_shell_text(written: Path) -> None:
    for job in jobs(written).values():
        assert all("${{" not in step.get("run", "") for step in job.get("steps", []))


@pytest.fixture(params=[".", "status"], ids=["root", "subfolder"])
def github(request: pytest.FixtureRequest, tmp_path: Path) -> Hub:
    """A repository on GitHub with a site of one open incident that nothing was published of, and the clone of a colleague."""
    with hub(tmp_path, BINARY) as github:
        github.clock = at(NOON)
        folder = github.clone("colleague")
        made = allclear(folder, "init", request.param, "--github", "--component", "API", "--component", "Web")
        assert made.returncode == 0, made.stderr
        github.site = folder / request.param
        toml = (github.site / "site.toml").read_text().replace("https://status.your-domain.example/", github.site_url)
        (github.site / "site.toml").write_text(toml)
        push(folder, "A site")
        yield github


def push(folder: Path, subject: str) -> str:
    """Commits everything and pushes it; returns the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", subject)
    if git(folder, "ls-remote", "origin", "main"):
        git(folder, "pull", "--quiet", "--rebase", "origin", "main")
    git(folder, "push", "--quiet", "origin", "main")
    return git(folder, "rev-parse", "HEAD").strip()


def colleague(github: Hub) -> Path:
    return github.folder / "colleague"


def test_a_first_push_to_an_empty_site_is_published(github: Hub) -> None:
    due = github.run("tick.yml", "schedule")
    assert (due.jobs["due"], due.jobs["publish"]) == ("success", "skipped"), due.log
    ran = github.run("publish.yml", "push")
    assert ran.jobs == {"check": "success", "deploy": "success"}, ran.log
    assert "API" in github.page("index.html")
    assert github.page(".well-known/allclear-commit").strip() == github.head()


def test_a_phone_update_appears_and_keeps_its_text(github: Hub) -> None:
    github.run("publish.yml", "push")
    new = {"title": "Checkout -5% $(date) `x`", "message": MESSAGE, "component": "api", "state": "major"}
    ran = github.run("post-update.yml", "workflow_dispatch", new)
    assert set(ran.jobs.values()) <= {"success", "skipped"}, ran.log
    slug = next((github.pages / "incidents").iterdir()).name
    page = github.page(f"incidents/{slug}/index.html")
    for text in ["## Resolved", "+++", "💸", "שלום", "$(touch /tmp/never)", "%s", "::error::x", "Checkout -5% $(date) `x`"]:
        assert text in page, text
    assert not Path("/tmp/never").exists()
    assert "Investigating" in page and "resolved" not in page.split("<main")[1].split("</h1>")[0].lower()
    # No incident is named: the only open one.
    github.clock = at(NOON + timedelta(minutes=5))
    update = {"status": "identified", "message": "It is the database.\\nA fix is on its way."}
    ran = github.run("post-update.yml", "workflow_dispatch", update)
    assert ran.jobs["publish/deploy"] == "success", ran.log
    assert "A fix is on its way." in github.page(f"incidents/{slug}/index.html")
    github.clock = at(NOON + timedelta(minutes=9))
    github.run("post-update.yml", "workflow_dispatch", {"status": "resolved", "message": "All is well."})
    assert "All systems operational" in github.page("index.html")
    # None is open any more, and there is no title.
    ran = github.run("post-update.yml", "workflow_dispatch", {"status": "identified", "message": "Where?"})
    assert ran.jobs["write"] == "failure" and "there is no open incident" in ran.log
    assert ran.jobs["publish"] == "skipped"


def test_no_text_is_a_command_to_the_runner(github: Hub) -> None:
    with_announcers(github, ALERTS)
    hostile = "::error title=x::gone"
    new = {"title": hostile, "message": f"{hostile}\\n##[error]x\\n::stop-commands::0", "component": "api", "state": "major"}
    fired = delivery(alert("firing", "critical", NOON - timedelta(minutes=9)) | {"annotations": {"summary": hostile}})
    for ran in [
        github.run("post-update.yml", "workflow_dispatch", new),
        github.run("alert.yml", "repository_dispatch", payload=fired),
        github.run("post-update.yml", "workflow_dispatch", {"status": "resolved", "incident": hostile, "message": hostile}),
    ]:
        assert ran.commands == [] and hostile in ran.log, ran.log
    assert hostile in github.page("index.html")


def broken(github: Hub, name: str, text: str = "+++\ntitle = 'x'\n") -> str:
    """A colleague's push of a report with an error."""
    file = github.site / f"content/incidents/{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return push(colleague(github), f"Break {name}")


def test_a_broken_file_of_a_colleague_stops_nobody(github: Hub) -> None:
    github.run("publish.yml", "push")
    github.run("post-update.yml", "workflow_dispatch", {"title": "Slow answers", "message": "We look.", "component": "api", "state": "degraded"})
    slug = next((github.pages / "incidents").iterdir()).name
    # The colleague breaks the report that the run wrote, and adds another one.
    git(colleague(github), "pull", "--quiet", "--rebase", "origin", "main")
    report = next(github.site.rglob(f"{slug}.md"))
    sha = broken(github, report.relative_to(github.site / "content/incidents").with_suffix("").as_posix(), "+++\n")
    sha = broken(github, "other")
    ran = github.run("publish.yml", "push", sha=sha)
    assert ran.jobs == {"check": "failure", "deploy": "success"}, ran.log
    assert "We look." in github.page(f"incidents/{slug}/index.html")
    assert not (github.pages / "incidents/other").exists()
    assert "error[unterminated-front-matter]" in ran.summary and "warning[last-good]" in ran.summary
    [comment] = github.comments
    assert comment["path"].endswith(f"/commits/{sha}/comments") and "error[unterminated-front-matter]" in comment["body"]
    # Another update goes its way, from the phone and from a terminal, as often as it takes.
    for number in range(3):
        github.clock = at(NOON + timedelta(minutes=number + 1))
        ran = github.run("post-update.yml", "workflow_dispatch", {"title": f"Number {number}", "component": "web", "state": "partial"})
        assert ran.jobs["publish/deploy"] == "success", ran.log
        assert f"Number {number}" in github.page("index.html")
        assert "We look." in github.page(f"incidents/{slug}/index.html")


def test_an_error_in_what_a_run_wrote_stops_it(github: Hub) -> None:
    github.run("publish.yml", "push")
    before = github.page("index.html")
    broken(github, "mine")
    inputs = {"require": "content/incidents/mine.md\n"}
    ran = github.run("publish.yml", "workflow_call", inputs)
    assert ran.jobs["deploy"] == "failure" and "error[unterminated-front-matter]" in ran.summary
    assert github.page("index.html") == before


def test_a_tick_publishes_only_what_is_due(github: Hub) -> None:
    github.run("publish.yml", "push")
    github.clock = at(NOON + timedelta(days=2))
    assert github.run("publish.yml", "push").jobs["deploy"] == "success"
    ran = github.run("tick.yml", "schedule")
    assert (ran.jobs["due"], ran.jobs["publish"], len(github.deployments)) == ("success", "skipped", 2), ran.log
    github.clock = at(NOON - timedelta(days=2))
    github.run("publish.yml", "push")
    github.clock = at(NOON)
    ran = github.run("tick.yml", "schedule")
    assert (ran.jobs["publish/deploy"], len(github.deployments)) == ("success", 4), ran.log


def test_two_updates_of_the_same_second_both_land(github: Hub) -> None:
    github.run("publish.yml", "push")
    start = github.head()
    runs: dict[str, object] = {}

    def post(title: str) -> None:
        inputs = {"title": title, "message": f"{title} is under way.", "component": "api", "state": "degraded"}
        runs[title] = github.run("post-update.yml", "workflow_dispatch", inputs, sha=start)

    threads = [threading.Thread(target=post, args=(title,)) for title in ("First", "Second", "Third")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for title, ran in runs.items():
        assert ran.jobs["publish/deploy"] == "success", ran.log
        assert title in github.page("index.html")
    assert git(github.origin, "rev-list", "--count", f"{start}..main").strip() == "3"


def test_a_pull_request_shows_what_readers_would_see(github: Hub) -> None:
    github.run("publish.yml", "push")
    folder = colleague(github)
    git(folder, "checkout", "--quiet", "-b", "proposal")
    made = subprocess.run(
        [BINARY, "new", "Mail is late", "--affects", "api=partial", "--site", github.site], check=False, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "ALLCLEAR_TEST_CLOCK": github.clock},
    )
    assert made.returncode == 0, made.stderr
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Propose")
    git(folder, "checkout", "--quiet", "-b", "merge", "main")
    git(folder, "merge", "--quiet", "--no-ff", "--no-edit", "proposal")
    git(folder, "push", "--quiet", "origin", "merge")
    ran = github.run("check.yml", "pull_request", sha=github.head("merge"))
    assert ran.jobs == {"check": "success"}, ran.log
    assert "Partial" in ran.summary or "Outage" in ran.summary
    assert "\n    Mail is late\n" in ran.summary
    assert "Mail is late" in (github.artifacts["site"] / "index.html").read_text()
    assert "Mail is late" not in github.page("index.html")


def texts(body: object) -> list[str]:
    """All texts of a JSON value."""
    if isinstance(body, str):
        return [body]
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else []
    return [text for value in inner for text in texts(value)]


ANNOUNCERS = """
[announce.slack]
kind = "slack"
url_env = "SLACK_WEBHOOK"

[announce.discord]
kind = "discord"
url_env = "DISCORD_WEBHOOK"

[announce.teams]
kind = "teams"
url_env = "TEAMS_WEBHOOK"
"""


def with_announcers(github: Hub, more: str = "") -> None:
    """Lets the site tell three services, and publishes it."""
    site_toml = github.site / "site.toml"
    site_toml.write_text(site_toml.read_text() + ANNOUNCERS + more)
    push(colleague(github), "Announce")
    github.secrets = {f"{name}_WEBHOOK": f"{github.address}/hooks/{name.lower()}" for name in ("SLACK", "DISCORD", "TEAMS")}
    ran = github.run("publish.yml", "push")
    assert (ran.jobs["deploy"], github.posts) == ("success", []), ran.log


def test_a_phone_update_is_announced_exactly_once(github: Hub) -> None:
    with_announcers(github)
    inputs = {"title": "Slow answers", "message": MESSAGE, "component": "api", "state": "degraded"}
    ran = github.run("post-update.yml", "workflow_dispatch", inputs)
    assert ran.jobs["publish/deploy"] == "success", ran.log
    for _ in range(10):
        ran = github.run("publish.yml", "push")
        assert ran.jobs["deploy"] == "success", ran.log
    assert sorted(path for path, _ in github.posts) == ["/hooks/discord", "/hooks/slack", "/hooks/teams"]
    for path, body in github.posts:
        # Discord's text has a backslash before what it would read as markup.
        said = re.sub(r"\\(.)", r"\1", "\n".join(texts(body)))
        for text in ["Slow answers", "## Resolved", "+++", "💸", "שלום", "$(touch /tmp/never)", "%s", "::error::x"]:
            assert text in said, (path, text, said)
    assert all(secret not in ran.log for secret in github.secrets.values())
    # A colleague's broken file keeps the next update from nobody, and the cache may be lost.
    broken(github, "other")
    github.caches = {key: value for key, value in github.caches.items() if "announced" not in key}
    github.clock = at(NOON + timedelta(minutes=5))
    ran = github.run("post-update.yml", "workflow_dispatch", {"status": "resolved", "message": "All is well."})
    assert ran.jobs["publish/deploy"] == "success", ran.log
    github.run("publish.yml", "push")
    assert len(github.posts) == 6, github.posts


SLOW = {"title": "Slow answers", "message": "We look.", "component": "api", "state": "degraded"}


def posted(github: Hub) -> list[str]:
    """The services that were told of something, each as often as it was told."""
    return sorted(path.removeprefix("/hooks/") for path, _ in github.posts)


def test_a_run_that_is_cancelled_forgets_nothing_and_repeats_nothing(github: Hub) -> None:
    with_announcers(github)
    for place, answered in enumerate([["slack"], ["discord", "slack"], ["discord", "slack", "teams"]]):
        github.posts.clear()
        github.ends = {place + 1: Cancelled}
        github.clock = at(NOON + timedelta(minutes=place))
        ran = github.run("post-update.yml", "workflow_dispatch", SLOW | {"title": f"Number {place}"})
        assert ran.jobs["publish/deploy"] == "failure" and posted(github) == sorted(answered), ran.log
        ran = github.run("publish.yml", "push")
        # The one that was not answered is named, and those after it are told.
        assert "not known whether it arrived, and not sent again: Investigating: Number" in ran.log
        assert posted(github) == ["discord", "slack", "teams"], ran.log


@pytest.mark.parametrize("cached", [True, False])
def test_a_machine_that_dies_forgets_nothing(github: Hub, cached: bool) -> None:
    with_announcers(github)
    if not cached:
        github.caches = {key: value for key, value in github.caches.items() if "announced" not in key}
    github.ends = {1: Died}
    ran = github.run("post-update.yml", "workflow_dispatch", SLOW)
    assert ran.jobs["publish/deploy"] == "died" and posted(github) == ["slack"]
    # Its record is gone with it, so that the service which did not answer is told again.
    github.run("publish.yml", "push")
    assert posted(github) == ["discord", "slack", "slack", "teams"]


def test_more_than_ten_updates_wait_until_somebody_insists(github: Hub) -> None:
    with_announcers(github)
    folder = github.site / "content/incidents"
    folder.mkdir(parents=True, exist_ok=True)
    for minute in range(10, 21):
        time = (NOON - timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M:00Z")
        (folder / f"n{minute}.md").write_text(f'+++\ntitle = "N {minute}"\ncomponents = {{}}\n+++\n\n## Investigating, {time}\n\nx\n')
    push(colleague(github), "Many")
    for _ in range(2):
        ran = github.run("publish.yml", "push")
        assert ran.jobs["deploy"] == "failure" and "11 updates are new" in ran.log
        assert github.posts == []
    ran = github.run("publish.yml", "workflow_dispatch", {"all": "true"})
    assert ran.jobs["deploy"] == "success" and len(github.posts) == 33, ran.log


def test_a_history_that_was_rewritten_is_published_without_errors_alone(github: Hub) -> None:
    github.run("publish.yml", "push")
    git(colleague(github), "commit", "--quiet", "--amend", "--message", "A site, again")
    git(colleague(github), "push", "--quiet", "--force", "origin", "main")
    git(github.origin, "gc", "--quiet", "--prune=now")
    ran = github.run("publish.yml", "push")
    assert ran.jobs["deploy"] == "success" and "errors stop this deployment" in ran.log, ran.log
    assert github.page(".well-known/allclear-commit").strip() == github.head()


def test_the_form_names_what_it_cannot_do(github: Hub) -> None:
    for inputs, why in [
        ({"title": "A", "incident": "b"}, "Write a title for a new incident, or an incident to update"),
        ({"title": "A", "state": "major"}, "error: --affects"),
        ({"title": "A", "component": "nothing", "state": "major"}, "`nothing`"),
    ]:
        ran = github.run("post-update.yml", "workflow_dispatch", inputs)
        assert (ran.jobs["write"], ran.jobs["publish"]) == ("failure", "skipped") and why in ran.log, ran.log


ALERTS = """
[alerts]
opens = "public"
title = "summary"
states = { warning = "degraded_performance", critical = "major_outage" }
"""


def alert(status: str, severity: str, started: datetime, ended: datetime | None = None, component: str = "api") -> dict:
    """An alert as Alertmanager sends it in its webhook."""
    return {
        "status": status, "labels": {"alertname": "Slow", "component": component, "severity": severity, "host": "host-4.internal"},
        "annotations": {"summary": "Checkout is slow"}, "startsAt": at(started), "endsAt": at(ended) if ended else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.internal/graph", "fingerprint": f"{component}-{severity}",
    }


def delivery(*alerts: dict) -> dict:
    """A `repository_dispatch` with the body of Alertmanager's webhook, version 4."""
    status = "firing" if any(it["status"] == "firing" for it in alerts) else "resolved"
    body = {
        "version": "4", "groupKey": "{}:{alertname='Slow'}", "truncatedAlerts": 0, "status": status, "receiver": "status",
        "groupLabels": {"alertname": "Slow"}, "commonLabels": {"alertname": "Slow"}, "commonAnnotations": {}, "externalURL": "", "alerts": list(alerts),
    }
    return {"action": "alert", "client_payload": {"alert": body}}


def test_an_alert_s_deliveries_make_one_incident(github: Hub) -> None:
    with_announcers(github, ALERTS)
    start = github.head()
    begun, worse, over = NOON - timedelta(minutes=30), NOON - timedelta(minutes=20), NOON - timedelta(minutes=5)
    fire = delivery(alert("firing", "warning", begun))
    grave = delivery(alert("firing", "warning", begun), alert("firing", "critical", worse))
    end = delivery(alert("resolved", "warning", begun, over), alert("resolved", "critical", worse, over))
    for payload in [fire, fire, grave, end, end, fire, grave]:
        ran = github.run("alert.yml", "repository_dispatch", payload=payload)
        assert ran.jobs["write"] == "success", ran.log
    assert git(github.origin, "rev-list", "--count", f"{start}..main").strip() == "3"
    [page] = (github.pages / "incidents").iterdir()
    text = (page / "index.html").read_text()
    assert "Checkout is slow" in text and "internal" not in text
    assert "All systems operational" in github.page("index.html")
    assert len([path for path, _ in github.posts if path == "/hooks/slack"]) == 3, github.posts


def documented(language: str, heading: str) -> str:
    """The first example of a language below a heading of docs/github.md."""
    text = (ROOT / "docs/github.md").read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    return text.split(f"```{language}\n")[1].split("```")[0]


def test_the_cron_script_publishes_past_a_broken_file(github: Hub, tmp_path: Path) -> None:
    site_toml = github.site / "site.toml"
    site_toml.write_text(site_toml.read_text() + '\n[publish.web]\nkind = "directory"\npath = "../web"\n')
    push(colleague(github), "A target")
    git(tmp_path, "clone", "--quiet", str(github.origin), "cron")
    clone = tmp_path / "cron" / github.site.relative_to(colleague(github))
    script = documented("sh", "cron").replace("/srv/status/site", f"'{clone}'").replace("../deployed", f"'{tmp_path}/deployed'")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/allclear").symlink_to(BINARY)
    environment = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path), "ALLCLEAR_TEST_CLOCK": github.clock}
    run = lambda: subprocess.run(["sh", "-eu", "-c", script], env=environment, capture_output=True, text=True, check=False)  # noqa: E731
    assert run().returncode == 0
    broken(github, "other")
    ran = run()
    assert ran.returncode == 0 and "warning[left-out]" in ran.stderr, ran.stderr
    assert (tmp_path / "deployed").read_text().strip() == github.head()


def test_gitlab_s_job_publishes_past_a_broken_file(github: Hub, tmp_path: Path) -> None:
    text = documented("yaml", "GitLab")
    assert len(text.splitlines()) <= 12 and len(documented("sh", "cron").splitlines()) <= 12
    [(name, job)] = yaml.safe_load(text).items()
    assert (name, job["artifacts"]) == ("pages", {"paths": ["public"]})
    git(tmp_path, "clone", "--quiet", str(github.origin), "gitlab")
    clone = tmp_path / "gitlab" / github.site.relative_to(colleague(github))
    (clone / ".cargo/bin").mkdir(parents=True)
    (clone / ".cargo/bin/allclear").symlink_to(BINARY)
    environment = os.environ | {"CI_PAGES_URL": f"{github.address}/pages", "ALLCLEAR_TEST_CLOCK": github.clock}
    for broken_file in [None, "other"]:
        if broken_file:
            broken(github, broken_file)
            git(clone, "pull", "--quiet")
        # The runner ends a script with the first command that fails.
        script = "\n".join(job["script"])
        ran = subprocess.run(["sh", "-e", "-c", script], cwd=clone, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        shutil.rmtree(github.pages, ignore_errors=True)
        shutil.copytree(clone / "public", github.pages)
    assert "warning[left-out]" in ran.stderr and "API" in github.page("index.html")
    assert github.page(".well-known/allclear-commit").strip() == github.head()
