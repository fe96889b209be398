"""GitHub on this machine, as far as the workflows of `allclear init --github` know it.

A bare repository, a runner that executes the workflows' shell steps as they are written, stand-ins for the actions that they
use, and a web server on loopback that plays Pages, the two APIs and the services that announcements go to.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import yaml

OWNER, NAME = "acme", "status"


class Failed(Exception):
    """A step that ended with an error."""


class Cancelled(Failed):
    """A step that was killed because the run was cancelled."""


class Died(Exception):
    """The runner's machine is gone."""


@dataclass
class Ran:
    """What came of a workflow."""

    jobs: dict = field(default_factory=dict)
    """The result of each job: `success`, `failure` or `skipped`."""
    outputs: dict = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    commands: list[str] = field(default_factory=list)
    """The lines of the log that a runner takes as commands to itself, such as `::error::TEXT`."""


@dataclass
class Run:
    """A run of a workflow: what its expressions can name."""

    github: dict
    inputs: dict
    secrets: dict
    vars: dict


class Hub:
    """A repository on GitHub with its Pages."""

    def __init__(self, folder: Path, binary: Path, address: str):
        self.folder, self.binary, self.address = folder, binary, address
        self.origin, self.pages = folder / "origin.git", folder / "pages"
        self.deployments: list[dict] = []
        self.comments: list[dict] = []
        self.posts: list[tuple[str, dict]] = []
        """The announcements that arrived: path and body."""
        self.dispatches: list[dict] = []
        """The events that were sent by `repository_dispatch`."""
        self.ends: dict[int, type[Exception]] = {}
        """What ends a run that sends an announcement, by the announcement's number: it gets no answer then."""
        self.ending: type[Exception] | None = None
        self.artifacts: dict[str, Path] = {}
        self.caches: dict[str, Path] = {}
        self.secrets: dict[str, str] = {}
        self.clock = ""
        self.numbers = iter(range(1, 10_000))
        self.deploying = threading.Lock()
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        release = folder / "release"
        release.mkdir()
        (release / "allclear").write_text(f'#!/bin/sh\nexec "{binary}" "$@"\n')
        (release / "allclear").chmod(0o755)
        self.release = folder / "allclear.tar.gz"
        with tarfile.open(self.release, "w:gz") as archive:
            # A release's archive has a folder, and files beside the binary.
            archive.add(release / "allclear", "allclear-x86_64-unknown-linux-musl/allclear")
            archive.add(Path(__file__), "allclear-x86_64-unknown-linux-musl/share/completions/allclear.bash")

    def dispatched(self, authorization: str, event: dict) -> bool:
        """Takes an event as GitHub does, if it is one: at most ten properties and 65,535 characters."""
        payload = event.get("client_payload", {})
        is_event = set(event) <= {"event_type", "client_payload"} and isinstance(event.get("event_type"), str)
        is_small = len(payload) <= 10 and len(json.dumps(payload)) <= 65_535
        if is_event and is_small and authorization == "Bearer token-of-monitoring":
            self.dispatches.append({"action": event["event_type"], "client_payload": payload})
        return is_event and is_small

    @property
    def site_url(self) -> str:
        """Where Pages serves the site."""
        return f"{self.address}/pages/"

    def clone(self, name: str) -> Path:
        """A clone by somebody who may push."""
        clone = self.folder / name
        git(self.folder, "clone", "--quiet", str(self.origin), str(clone))
        git(clone, "config", "user.name", name)
        git(clone, "config", "user.email", f"{name}@example.org")
        git(clone, "checkout", "--quiet", "-B", "main")
        return clone

    def head(self, branch: str = "main") -> str:
        """The newest commit of a branch."""
        return git(self.origin, "rev-parse", f"refs/heads/{branch}").strip()

    def page(self, path: str) -> str:
        """A file as readers get it."""
        return (self.pages / path).read_text(encoding="utf-8")

    def run(self, workflow: str, event: str, inputs: dict | None = None, payload: dict | None = None, sha: str | None = None) -> Ran:
        """Runs a workflow of the branch `main` for an event."""
        sha = sha or self.head()
        number = next(self.numbers)
        event_path = self.folder / f"event-{number}.json"
        event_path.write_text(json.dumps(payload or {}), encoding="utf-8")
        github = {
            "event_name": event, "sha": sha, "ref_name": "main", "token": "token-of-the-run", "event_path": str(event_path),
            "run_id": str(number), "run_attempt": "1", "workspace": "",
        }
        run = Run(github, inputs or {}, dict(self.secrets), {"ALLCLEAR_RELEASE": self.release.as_uri(), "ALLCLEAR_SHA256": sha256(self.release)})
        tree = self.folder / f"workflows-{number}"
        git(self.folder, "clone", "--quiet", str(self.origin), str(tree))
        git(tree, "checkout", "--quiet", "--detach", sha)
        ran = Ran()
        self._workflow(tree, workflow, run, ran)
        return ran

    def _workflow(self, tree: Path, name: str, run: Run, ran: Ran) -> None:
        workflow = load(tree / ".github/workflows" / name)
        event = workflow["on"].get("workflow_dispatch") if run.github["event_name"] == "workflow_dispatch" else None
        for key, spec in ((event or {}).get("inputs") or {}).items():
            run.inputs.setdefault(key, spec.get("default", spec["options"][0] if "options" in spec else ""))
        needs: dict = {}
        for job_name, job in workflow["jobs"].items():
            wanted = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            context = {"github": run.github, "inputs": run.inputs, "secrets": run.secrets, "vars": run.vars, "needs": needs}
            is_due = all(ran.jobs.get(it) == "success" for it in wanted) and condition(job.get("if", "true"), context)
            if not is_due:
                ran.jobs[job_name] = "skipped"
                continue
            try:
                needs[job_name] = {"outputs": self._job(tree, workflow, job, run, context, ran)}
                ran.jobs[job_name] = "success"
            except Failed:
                ran.jobs[job_name] = "failure"
            except Died:
                ran.jobs[job_name] = "died"

    def _job(self, tree: Path, workflow: dict, job: dict, run: Run, context: dict, ran: Ran) -> dict:
        if called := job.get("uses"):
            inputs = {key: filled(value, context) for key, value in job.get("with", {}).items()}
            secrets = {key: filled(value, context) for key, value in job.get("secrets", {}).items()}
            inner = Ran(log=ran.log, summary=ran.summary, commands=ran.commands)
            self._workflow(tree, Path(called).name, Run(run.github, inputs, secrets, run.vars), inner)
            ran.log, ran.summary = inner.log, inner.summary
            ran.jobs |= {f"publish/{key}": value for key, value in inner.jobs.items()}
            if "failure" in inner.jobs.values():
                raise Failed
            return {}
        if "concurrency" not in job:
            return self._steps(tree, workflow, job, context, ran)
        with self.deploying:
            return self._steps(tree, workflow, job, context, ran)

    def _steps(self, tree: Path, workflow: dict, job: dict, context: dict, ran: Ran) -> dict:
        runner = Runner(self, workflow, context | {"tree": tree}, ran)
        failed = cancelled = False
        for step in job["steps"]:
            when = step.get("if", "success()")
            if condition(when, runner.context | {"failed": failed, "cancelled": cancelled, "workspace": runner.workspace}):
                try:
                    runner.step(step)
                except Cancelled:
                    failed = cancelled = True
                except Failed:
                    failed = failed or not step.get("continue-on-error", False)
        runner.close()
        if failed:
            raise Failed
        return {key: filled(value, runner.context) for key, value in job.get("outputs", {}).items()}


class Runner:
    """The machine of one job."""

    def __init__(self, hub: Hub, workflow: dict, context: dict, ran: Ran):
        self.hub, self.workflow, self.ran = hub, workflow, ran
        self.home = hub.folder / f"runner-{next(hub.numbers)}"
        self.workspace, self.temp = self.home / "work", self.home / "temp"
        for folder in (self.workspace, self.temp):
            folder.mkdir(parents=True)
        self.path = [os.environ["PATH"], str(self.home / ".cargo/bin")]
        self.context = context | {"steps": {}, "runner": {"os": "Linux", "arch": "X64", "temp": str(self.temp)}}
        self.saves: list[dict] = []
        self.environment = {key: filled(value, self.context) for key, value in workflow.get("env", {}).items()}

    def step(self, step: dict) -> None:
        """Runs a step's shell, or what stands for its action."""
        outputs: dict[str, str] = {}
        if "run" in step:
            outputs = self.shell(step, self.workflow.get("defaults", {}).get("run", {}).get("working-directory", "."))
        else:
            action = step["uses"].split("@")[0]
            given = {key: filled(value, self.context) for key, value in step.get("with", {}).items()}
            outputs = ACTIONS[action](self, given) or {}
        if "id" in step:
            self.context["steps"][step["id"]] = {"outputs": outputs}

    def shell(self, step: dict, working_directory: str) -> dict[str, str]:
        """Runs a script as GitHub's runners do; returns its outputs."""
        hub, github = self.hub, self.context["github"]
        files = {name: self.temp / name for name in ("output", "path")}
        for file in files.values():
            file.write_text("")
        summary = self.temp / "summary"
        script = self.temp / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        environment = {
            "PATH": os.pathsep.join(reversed(self.path)), "HOME": str(self.home), "LANG": "C.UTF-8", "RUNNER_TEMP": str(self.temp),
            "TMPDIR": str(self.temp), "GIT_CONFIG_NOSYSTEM": "1", "ALLCLEAR_TEST_CLOCK": hub.clock, "NO_COLOR": "1", "CI": "true",
            "GITHUB_OUTPUT": str(files["output"]), "GITHUB_PATH": str(files["path"]), "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REPOSITORY": f"{OWNER}/{NAME}", "GITHUB_SHA": github["sha"], "GITHUB_ACTOR": "mira", "GITHUB_ACTOR_ID": "7",
            "GITHUB_RUN_ID": github["run_id"], "GITHUB_RUN_ATTEMPT": "1", "GITHUB_EVENT_PATH": github["event_path"],
            "GITHUB_API_URL": f"{hub.address}/api", "GITHUB_GRAPHQL_URL": f"{hub.address}/api/graphql",
        } | self.environment
        environment |= {key: filled(value, self.context) for key, value in step.get("env", {}).items()}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", script]
        said = self.temp / "said"
        with said.open("w") as out, subprocess.Popen(
            command, cwd=self.workspace / working_directory, env=environment, stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.STDOUT, start_new_session=True,
        ) as run:
            until = time.monotonic() + 300
            while run.poll() is None and not hub.ending and time.monotonic() < until:
                time.sleep(0.01)
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
        text = said.read_text(encoding="utf-8")
        self.ran.log += text
        self.ran.commands += runner_commands(text)
        if ending := hub.ending:
            hub.ending = None
            raise ending
        if summary.exists():
            self.ran.summary += summary.read_text(encoding="utf-8")
            summary.unlink()
        self.path += files["path"].read_text().split("\n")[:-1]
        if run.returncode != 0:
            raise Failed
        return read_outputs(files["output"].read_text(encoding="utf-8"))

    def checkout(self, given: dict) -> None:
        ref = given.get("ref") or self.context["github"]["sha"]
        git(self.workspace, "clone", "--quiet", "--no-checkout", str(self.hub.origin), ".")
        git(self.workspace, "fetch", "--quiet", "origin", ref)
        if ref == self.context["github"]["ref_name"]:
            git(self.workspace, "checkout", "--quiet", "-B", ref, f"origin/{ref}")
        else:
            git(self.workspace, "checkout", "--quiet", "--detach", ref)
        if given["persist-credentials"] == "false":
            git(self.workspace, "remote", "set-url", "--push", "origin", "/no/credentials")

    def composite(self, _given: dict) -> None:
        """The repository's own action."""
        inner = Runner.__new__(Runner)
        inner.__dict__ = dict(self.__dict__)
        inner.workflow, inner.context = {}, self.context | {"steps": {}}
        action = load(self.context["tree"] / ".github/actions/allclear/action.yml")
        for step in action["runs"]["steps"]:
            if condition(step.get("if", "true"), inner.context):
                inner.step(step)

    def cache(self, given: dict) -> dict:
        outputs = self.restore(given)
        if outputs["cache-hit"] != "true":
            self.saves.append(given)
        return outputs

    def place(self, path: str) -> Path:
        return self.home / path.removeprefix("~/") if path.startswith("~/") else self.workspace / path

    def restore(self, given: dict) -> dict:
        """Restores a cache by its key, else the newest whose key begins as one of `restore-keys`."""
        caches = self.hub.caches
        exact = caches.get(given["key"])
        prefixes = given.get("restore-keys", "").split()
        matched = given["key"] if exact else next((key for key in reversed(caches) if any(key.startswith(it) for it in prefixes)), "")
        if matched:
            copy(caches[matched], self.place(given["path"]))
        return {"cache-hit": "true" if exact else "false", "cache-matched-key": matched}

    def save(self, given: dict) -> None:
        """Saves a cache; a key that is taken keeps what it has."""
        key, place = given["key"], self.place(given["path"])
        if key not in self.hub.caches and place.exists():
            kept = self.hub.folder / f"cache-{next(self.hub.numbers)}"
            copy(place, kept)
            self.hub.caches[key] = kept

    def close(self) -> None:
        """Saves what the steps asked for at the job's end."""
        for given in self.saves:
            self.save(given)

    def upload_pages(self, given: dict) -> None:
        artifact = self.hub.folder / f"artifact-{next(self.hub.numbers)}"
        hidden = None if given.get("include-hidden-files") == "true" else shutil.ignore_patterns(".*")
        shutil.copytree(self.workspace / given["path"], artifact, ignore=hidden)
        self.context["artifact"] = artifact

    def deploy(self, _given: dict) -> dict:
        hub = self.hub
        shutil.rmtree(hub.pages, ignore_errors=True)
        shutil.copytree(self.context["artifact"], hub.pages)
        for deployment in hub.deployments:
            deployment["state"] = "INACTIVE"
        hub.deployments.insert(0, {"commitOid": self.context["github"]["sha"], "state": "ACTIVE"})
        return {"page_url": hub.site_url}

    def upload(self, given: dict) -> None:
        self.hub.artifacts[given["name"]] = Path(given["path"])


ACTIONS = {
    "actions/checkout": Runner.checkout,
    "$/.github/actions/allclear": Runner.composite,
    "actions/cache": Runner.cache,
    "actions/cache/restore": Runner.restore,
    "actions/cache/save": Runner.save,
    "actions/configure-pages": lambda self, _given: {"base_url": self.hub.site_url.rstrip("/")},
    "actions/upload-pages-artifact": Runner.upload_pages,
    "actions/deploy-pages": Runner.deploy,
    "actions/upload-artifact": Runner.upload,
}


def load(path: Path) -> dict:
    """A file of GitHub's YAML, in which `on` is no truth value."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in workflow.items()}


def filled(value: object, context: dict) -> str:
    """A value with its expressions, each a path in a context."""
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda match: named(match[1], context), str(value))


def named(path: str, context: dict) -> str:
    """What a path of a context names; nothing where there is nothing."""
    found: object = context
    for part in path.split("."):
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return "" if found == {} or found is None else str(found)


def condition(text: object, context: dict) -> bool:
    """Whether an `if` holds: words joined by `&&`, compared with quoted words."""
    def holds(part: str) -> bool:
        part = part.strip().removeprefix("${{").removesuffix("}}").strip()
        if part in ("true", "always()"):
            return True
        if part == "success()":
            return not context.get("failed")
        if files := re.fullmatch(r"hashFiles\('([^']+)'\) != ''", part):
            return any(context["workspace"].glob(files[1]))
        match = re.fullmatch(r"([\w.-]+) (==|!=) '([^']*)'", part)
        assert match, f"the runner of the tests does not know `{part}`"
        return (named(match[1], context) == match[3]) == (match[2] == "==")

    parts = str(text).lower().split("&&") if text is True else str(text).split("&&")
    given = all(holds(part) for part in parts)
    return given and (not context.get("failed") or "always()" in str(text))


def runner_commands(log: str) -> list[str]:
    """The lines of a step's log that are commands to the runner: `::stop-commands::WORD` ends that until `::WORD::`."""
    found, stopped = [], None
    for line in map(str.strip, log.splitlines()):
        if stopped is not None:
            stopped = None if line == f"::{stopped}::" else stopped
        elif match := re.fullmatch(r"::([\w-]+)(?: .*?)?::(.*)", line):
            if match[1] == "stop-commands":
                stopped = match[2]
            else:
                found.append(line)
    return found


def read_outputs(text: str) -> dict[str, str]:
    """The outputs of a step: `name=value`, or `name<<END`, lines and `END`."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if match := re.fullmatch(r"([\w-]+)<<(.+)", line):
            value = []
            for inner in lines:
                if inner == match[2]:
                    break
                value.append(inner)
            outputs[match[1]] = "\n".join(value)
        else:
            name, value_text = line.split("=", 1)
            outputs[name] = value_text
    return outputs


def git(folder: Path, *arguments: str) -> str:
    """Runs git as nobody's machine is set up."""
    environment = os.environ | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    run = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"git {arguments}: {run.stderr}"
    return run.stdout


def sha256(path: Path) -> str:
    return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]


def copy(source: Path, target: Path) -> None:
    """Copies a folder or a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)


@contextmanager
def hub(folder: Path, binary: Path) -> Iterator[Hub]:
    """A repository on GitHub, as long as a test runs."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == f"/api/repos/{OWNER}/{NAME}/pages":
                return self.answer(200, json.dumps({"html_url": github.site_url}).encode())
            file = github.pages / path.removeprefix("/pages/")
            file = file / "index.html" if file.is_dir() else file
            if not path.startswith("/pages/") or not file.is_file():
                return self.answer(404, b"{}")
            return self.answer(200, file.read_bytes())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/api/graphql":
                nodes = {"data": {"repository": {"deployments": {"nodes": github.deployments}}}}
                return self.answer(200, json.dumps(nodes).encode())
            if self.path == f"/api/repos/{OWNER}/{NAME}/dispatches":
                return self.answer(204 if github.dispatched(self.headers["Authorization"], body) else 422, b"")
            if self.path.startswith("/api/"):
                assert self.headers["Authorization"] == "Bearer token-of-the-run"
                github.comments.append({"path": self.path, "body": body["body"]})
                return self.answer(201, b"{}")
            github.posts.append((urlsplit(self.path).path, body))
            if ending := github.ends.pop(len(github.posts), None):
                github.ending = ending
                # It waits for its answer until it is killed.
                while github.ending:
                    time.sleep(0.01)
                return None
            return self.answer(200, b"ok")

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github = Hub(folder, binary, f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
