"""`allclear publish` and `verify`, run as a user runs them, against servers that know nothing of allclear.

The S3 server is SeaweedFS, which checks the signature of every request; boto3 looks at what arrived.
"""

import gzip
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from conftest import BINARY, ROOT
from places import KEY_ID, SECRET, Bucket, Proxy, crawl, digests, git_host, proxy, s3_server, serving

NOW = "2024-06-02T12:00:00Z"
LATER = "2024-06-02T18:00:00Z"
MANIFEST = "allclear-manifest.txt"

SITE = """\
title = "Lumen"
base_url = "https://status.example.org/"

[[components]]
id = "api"
name = "API"

[[components]]
id = "web"
name = "Web"
"""

REPORT = """\
+++
title = "Trouble {number}"
components = {{ {component} = "partial_outage" }}
aliases = ["/old/{number}"]
+++

## Investigating, 2024-{month:02}-0{day} 10:00

We see errors.

## Resolved, 11:{number:02}

They are gone.
"""


class Author:
    """A site's folder, and the command that is run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spoken = ""
        self.environment: dict[str, str] = {}
        (folder / "content/incidents").mkdir(parents=True)
        for number in range(12):
            self.report(number)

    def configure(self, targets: str, head: str = "") -> None:
        (self.folder / "site.toml").write_text(head + SITE + targets, encoding="utf-8")

    def report(self, number: int, text: str = "") -> None:
        report = REPORT.format(number=number, component="api" if number % 2 else "web", month=1 + number % 6, day=1 + number // 6)
        (self.folder / f"content/incidents/trouble-{number}.md").write_text(report + text, encoding="utf-8")

    def start(self, *arguments: str, **options: object) -> subprocess.Popen:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true"}
        environment |= {"GIT_CONFIG_NOSYSTEM": "1", **self.environment}
        return subprocess.Popen(
            [BINARY, *arguments, "--site", self.folder], env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, **options,
        )

    def end(self, process: subprocess.Popen) -> tuple[int, str, str]:
        out, talk = process.communicate(timeout=120)
        self.spoken += out + talk
        assert SECRET not in out + talk
        assert "X-Amz-Signature" not in out + talk
        return process.returncode, out, talk

    def run(self, *arguments: str, **options: object) -> tuple[int, str, str]:
        return self.end(self.start(*arguments, **options))

    def publish(self, *arguments: str, now: str = NOW) -> list[dict]:
        """Publishes, which must work; returns what was done at each target."""
        status, out, talk = self.run("publish", "--now", now, "--json", *arguments)
        assert status == 0, talk
        return json.loads(out)

    def built(self, now: str = NOW) -> set[str]:
        """The digests of what is to be published."""
        out = self.folder / "public"
        status, _, talk = self.run("build", "--now", now, "--out", str(out))
        assert status == 0, talk
        return digests(out)


@pytest.fixture
def author(tmp_path: Path) -> Author:
    folder = tmp_path / "site"
    folder.mkdir()
    return Author(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    with s3_server(tmp_path_factory.mktemp("s3") / "server") as make:
        yield make


NUMBER = iter(range(1000))


@pytest.fixture
def bucket(server) -> Iterator[Bucket]:
    made = server(f"site-{next(NUMBER)}")
    yield made
    made.client.close()


@pytest.fixture
def trouble(bucket: Bucket) -> Iterator[Proxy]:
    with proxy(bucket.endpoint) as between:
        yield between


def s3_target(bucket: Bucket, endpoint: str, more: str = "") -> str:
    return f'\n[publish.web]\nkind = "s3"\nbucket = "{bucket.name}"\nendpoint = "{endpoint}"\n{more}'


@pytest.fixture
def web(author: Author, bucket: Bucket, trouble: Proxy) -> Author:
    """An author whose site goes to the bucket, through the proxy."""
    author.configure(s3_target(bucket, trouble.endpoint))
    author.environment = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
    return author


def check_is(bucket: Bucket, author: Author, now: str = NOW) -> None:
    """The bucket holds what was built, its manifest and nothing else but superseded assets."""
    listed = {line[66:]: line[:64] for line in bucket.read(MANIFEST).decode().splitlines()[1:]}
    for path, digest in listed.items():
        assert hashlib.sha256(bucket.read(path)).hexdigest() == digest, path
    author.built(now)
    public = {str(path.relative_to(author.folder / "public")) for path in (author.folder / "public").rglob("*") if path.is_file()}
    public = {path for path in public if not path.startswith(".allclear/")}
    assert set(listed) == public
    assert bucket.keys() - public <= {MANIFEST, ".allclear/retired"}


def test_objects_types_and_headers(web: Author, bucket: Bucket) -> None:
    copies = '\n[feeds]\nalso_at = { "/rss" = "history.rss" }\n'
    web.configure(s3_target(bucket, bucket.endpoint, copies))
    done = web.publish()
    assert done[0]["target"] == "web" and len(done[0]["added"]) > 40
    check_is(bucket, web)
    expected = {
        "index.html": "text/html; charset=utf-8",
        "feed.json": "application/feed+json; charset=utf-8",
        "history.atom": "application/atom+xml; charset=utf-8",
        "history.rss": "application/rss+xml; charset=utf-8",
        "robots.txt": "text/plain; charset=utf-8",
        "metrics": "text/plain; version=0.0.4; charset=utf-8",
        "rss": "application/rss+xml; charset=utf-8",
    }
    for key, content_type in expected.items():
        head = bucket.head(key)
        assert (head["ContentType"], head["CacheControl"]) == (content_type, "public, max-age=60"), key
        assert "ContentEncoding" not in head
    style = next(key for key in bucket.keys() if key.endswith(".css"))
    head = bucket.head(style)
    assert head["ContentType"] == "text/css; charset=utf-8"
    assert head["CacheControl"] == "public, max-age=31536000, immutable"


def test_dot_files_that_are_listed_arrive(author: Author, bucket: Bucket, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "gh-pages", str(remote))
    pages = f'\n[publish.pages]\nkind = "github-pages"\nremote = "{remote}"\n'
    targets = s3_target(bucket, bucket.endpoint) + pages
    author.configure(targets, 'static_include = [".well-known", ".htaccess"]\n')
    author.environment = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
    listed = {".well-known/security.txt": "Contact: mailto:a@example.org\n", ".htaccess": "Options -Indexes\n"}
    for path, text in {**listed, ".secret": "no\n", ".well-known/.hidden": "no\n"}.items():
        (author.folder / "static" / path).parent.mkdir(parents=True, exist_ok=True)
        (author.folder / "static" / path).write_text(text, encoding="utf-8")
    git(author.folder, "init", "-q")
    author.publish("web", "pages")
    in_branch = git(remote, "ls-tree", "-r", "--name-only", "gh-pages").split("\n")
    for path, text in listed.items():
        assert bucket.read(path) == text.encode()
        assert git(remote, "show", f"gh-pages:{path}") == text
    for path in (".secret", ".well-known/.hidden"):
        assert path not in bucket.keys() and path not in in_branch
    preview = author.start("serve", "--port", "0", "--now", NOW)
    try:
        address = preview.stdout.readline().strip()
        for path, text in listed.items():
            assert urllib.request.urlopen(address + path, timeout=30).read() == text.encode()
        for path in (".secret", ".well-known/.hidden"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(address + path, timeout=30)
    finally:
        preview.send_signal(signal.SIGINT)
        author.end(preview)


def test_settings_of_headers_prefix_and_names(author: Author, bucket: Bucket) -> None:
    more = 'prefix = "a/b"\ngzip = true\ncache_pages = "no-cache"\nregion = "eu-west-1"\n'
    author.configure(s3_target(bucket, bucket.endpoint, more), head='url_style = "file"\n')
    aws = author.folder / ".aws"
    aws.mkdir()
    (aws / "credentials").write_text(f"[status]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n")
    author.environment = {"AWS_PROFILE": "status"}
    author.publish()
    head = bucket.head("a/b/incidents/trouble-1.html")
    assert (head["ContentEncoding"], head["CacheControl"]) == ("gzip", "no-cache")
    assert bucket.head("a/b/old/1")["ContentType"] == "text/html; charset=utf-8"
    assert b"../incidents/trouble-1.html" in gzip.decompress(bucket.read("a/b/old/1"))
    assert all(key.startswith("a/b/") for key in bucket.keys())
    assert author.publish()[0]["added"] == []
    assert author.run("verify", "web")[0] == 0


def test_only_what_differs_is_uploaded(web: Author, bucket: Bucket, trouble: Proxy) -> None:
    status, out, _ = web.run("plan", "web", "--now", NOW, "--exit-code", "--json")
    assert status == 1 and len(json.loads(out)["feeds"]["new"]) == 12
    web.publish()
    assert web.run("plan", "web", "--now", NOW, "--exit-code")[0] == 0
    trouble.requests.clear()
    assert web.publish()[0]["unchanged"] > 40
    records = [MANIFEST, ".allclear/retired", ".allclear/journal"]
    assert trouble.requests == [f"GET /{bucket.name}/{record}" for record in records]
    # Without a usable record, the date of the published site is read as well.
    record = web.folder / ".allclear/published/web"
    for damage in [Path.unlink, lambda path: path.write_text("x"), lambda path: os.truncate(path, 200)]:
        damage(record)
        trouble.requests.clear()
        assert web.publish()[0]["unchanged"] > 40
        assert trouble.methods() == {"GET"} and len(trouble.requests) == 4
    del web.environment["AWS_SECRET_ACCESS_KEY"]
    status, _, talk = web.run("publish", "--now", NOW)
    assert status == 2 and "AWS_SECRET_ACCESS_KEY" in talk
    web.environment["AWS_SECRET_ACCESS_KEY"] = SECRET
    web.report(3, "It was a cable.\n")
    status, out, _ = web.run("plan", "web", "--now", NOW, "--exit-code")
    assert status == 1 and "changed in the feeds: Trouble 3" in out and "new in the feeds" not in out
    assert trouble.methods() == {"GET"}
    trouble.requests.clear()
    done = web.publish()[0]
    assert "incidents/trouble-3/index.html" in done["changed"] and done["added"] == []
    assert "incidents/trouble-4/index.html" not in done["changed"]
    puts = [line for line in trouble.requests if line.startswith("PUT")]
    assert len(puts) == len(done["changed"]) + 3, "the lock, the journal and the manifest besides"
    check_is(bucket, web)


def test_foreign_objects_are_left_and_named(web: Author, bucket: Bucket) -> None:
    bucket.client.put_object(Bucket=bucket.name, Key="mine.txt", Body=b"mine")
    web.publish("--verify")
    assert "no part of the site, and left: `mine.txt`" in web.spoken
    assert bucket.read("mine.txt") == b"mine"
    bucket.client.put_object(Bucket=bucket.name, Key="incidents/trouble-99/index.html", Body=b"mine")
    web.report(99 % 12)
    (web.folder / "content/incidents/trouble-99.md").write_text(REPORT.format(number=59, component="api", month=5, day=3))
    status, _, talk = web.run("publish", "--now", NOW)
    assert status == 2 and "`incidents/trouble-99/index.html`" in talk and "--adopt" in talk
    web.publish("--adopt")


def test_random_server_errors(web: Author, bucket: Bucket, trouble: Proxy) -> None:
    web.publish()
    whole = web.built()
    for seed in range(3):
        dice = random.Random(seed)
        share = 0.1 if seed < 2 else 0.6
        trouble.trouble = lambda number, method: dice.choice(["503", "cut", "lost"]) if dice.random() < share else None
        for number in range(12):
            web.report(number, f"Word {seed}.\n")
        status, _, talk = web.run("publish", "--now", NOW)
        assert status == 0 if share < 0.5 else status in (0, 2), talk
        trouble.trouble = lambda number, method: None
        whole |= web.built()
        assert crawl(bucket.read, whole) > 20
        web.publish("--take-over")
        check_is(bucket, web)


def test_killed_at_random_points(web: Author, bucket: Bucket, trouble: Proxy) -> None:
    whole = web.built()
    dice = random.Random(7)
    for kill in range(8):
        at = len(trouble.requests) + dice.randrange(5, 60)
        reached = threading.Event()
        trouble.trouble = lambda number, method: reached.set() if number >= at else None
        arguments = ["--take-over"] if kill else []
        process = web.start("publish", "--now", NOW, *arguments)
        while process.poll() is None and not reached.wait(0.02):
            pass
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        trouble.trouble = lambda number, method: None
        crawl(bucket.read, whole)
        for number in range(12):
            web.report(number, f"Word {kill}.\n")
        whole |= web.built()
    status, _, talk = web.run("publish", "--now", NOW)
    if ".allclear/lock" in bucket.keys():
        assert status == 2 and "another publish" in talk
    web.publish("--take-over")
    check_is(bucket, web)
    assert crawl(bucket.read, whole) > 20


def test_asked_to_stop_it_says_how_far_it_came(web: Author, bucket: Bucket, trouble: Proxy) -> None:
    reached = threading.Event()

    def slow(number: int, method: str) -> None:
        if number >= 15:
            reached.set()
            time.sleep(0.05)

    trouble.trouble = slow
    process = web.start("publish", "--now", NOW)
    assert reached.wait(60)
    process.send_signal(signal.SIGINT)
    status, _, talk = web.end(process)
    assert status == 2 and "stopped;" in talk and "files were written or deleted by then" in talk
    trouble.trouble = lambda number, method: None
    crawl(bucket.read, web.built())
    web.publish()
    assert "finished a publish that had been interrupted" in web.spoken
    check_is(bucket, web)


def test_two_at_once(web: Author, bucket: Bucket) -> None:
    whole = web.built()
    for turn in range(3):
        web.report(turn, "Now.\n")
        whole |= web.built()
        both = [web.start("publish", "--now", NOW) for _ in range(2)]
        ends = [web.end(process) for process in both]
        assert any(status == 0 for status, _, _ in ends), ends
        for status, _, talk in ends:
            assert status == 0 or (status == 2 and "another publish" in talk), talk
        assert crawl(bucket.read, whole) > 20
        web.publish()
        check_is(bucket, web)


def test_an_older_site_is_refused(web: Author, bucket: Bucket) -> None:
    web.report(0, "\n## Update, 2024-06-02 16:00\n\nNews.\n".replace("\n## Update", "\n<!-- -->\n"))
    web.publish(now="2024-06-03T12:00:00Z")
    status, _, talk = web.run("publish", "--now", NOW)
    assert status == 2 and "is newer" in talk and "--force" in talk
    web.publish("--force")


def test_wrong_credentials_and_missing_bucket(web: Author, bucket: Bucket, trouble: Proxy) -> None:
    web.publish()
    whole = web.built()
    before = {key: bucket.read(key) for key in bucket.keys()}
    for number in range(12):
        web.report(number, "Not for everyone.\n")

    def refused(*words: str) -> None:
        status, _, talk = web.run("publish", "--now", NOW)
        assert status == 2 and all(word in talk for word in words), talk
        assert "wrong" + SECRET[:10] not in talk

    web.environment["AWS_SECRET_ACCESS_KEY"] = "wrong" + SECRET[:10]
    refused("SignatureDoesNotMatch")
    web.environment["AWS_SECRET_ACCESS_KEY"] = SECRET
    web.environment["AWS_ACCESS_KEY_ID"] = "AKIANOBODY"
    refused("403")
    web.environment.pop("AWS_ACCESS_KEY_ID")
    refused("there are no credentials for S3", "AWS_ACCESS_KEY_ID")
    web.environment["AWS_ACCESS_KEY_ID"] = KEY_ID
    web.configure(s3_target(bucket, trouble.endpoint).replace(bucket.name, "no-such-bucket"))
    refused("NoSuchBucket")
    assert {key: bucket.read(key) for key in bucket.keys()} == before
    assert crawl(bucket.read, whole) > 20
    web.configure(s3_target(bucket, trouble.endpoint))
    web.publish()
    check_is(bucket, web)


def test_a_full_service(web: Author, bucket: Bucket, trouble: Proxy) -> None:
    web.publish()
    whole = web.built()
    for number in range(12):
        web.report(number, "Much more.\n")
    whole |= web.built()
    begin = len(trouble.requests)
    trouble.trouble = lambda number, method: "507" if method == "PUT" and number > begin + 20 else None
    status, _, talk = web.run("publish", "--now", NOW)
    assert status == 2 and "the service answers 507 StorageFull" in talk and "were written or deleted by then" in talk, talk
    assert crawl(bucket.read, whole) > 20
    trouble.trouble = lambda number, method: None
    web.publish()
    assert "finished a publish that had been interrupted" in web.spoken
    check_is(bucket, web)


@pytest.mark.parametrize("place", ["web identity", "container", "machine"])
def test_credentials_of_roles(author: Author, bucket: Bucket, place: str) -> None:
    asked: list[str] = []

    class Roles(BaseHTTPRequestHandler):
        """What Amazon answers a web identity, a container and a machine."""

        def log_message(self, *_: object) -> None:
            pass

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked.append(f"{self.command} {self.path}")
            keys = json.dumps({"AccessKeyId": KEY_ID, "SecretAccessKey": SECRET, "Token": None})
            text = f"<Credentials><AccessKeyId>{KEY_ID}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey></Credentials>"
            roles = "/latest/meta-data/iam/security-credentials/"
            answers = {
                "POST /": text if "WebIdentityToken=t0ken" in body and "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx" in body else None,
                "GET /container": keys if self.headers.get("Authorization") == "let me in" else None,
                "PUT /latest/api/token": "seal",
                f"GET {roles}": "status" if self.headers.get("X-aws-ec2-metadata-token") == "seal" else None,
                f"GET {roles}status": keys if self.headers.get("X-aws-ec2-metadata-token") == "seal" else None,
            }
            answer = answers.get(f"{self.command} {self.path}")
            self.send_response(200 if answer else 403)
            self.end_headers()
            self.wfile.write((answer or "").encode())

        do_GET = do_PUT = do_POST = answer

    author.configure(s3_target(bucket, bucket.endpoint))
    (author.folder.parent / "token").write_text("t0ken\n")
    with serving(Roles) as address:
        author.environment = {
            "web identity": {
                "AWS_WEB_IDENTITY_TOKEN_FILE": str(author.folder.parent / "token"),
                "AWS_ROLE_ARN": "arn:aws:iam::1:role/x",
                "AWS_ENDPOINT_URL_STS": address,
            },
            "container": {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{address}/container",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let me in",
            },
            "machine": {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": address},
        }[place]
        author.publish()
    assert asked
    check_is(bucket, author)
    assert "t0ken" not in author.spoken and "let me in" not in author.spoken


def test_no_secret_is_published(web: Author, bucket: Bucket) -> None:
    web.publish()
    for key in bucket.keys():
        body = bucket.read(key)
        assert SECRET.encode() not in body and KEY_ID.encode() not in body, key


def test_what_differs_at_the_target_is_found(web: Author, bucket: Bucket) -> None:
    web.publish()
    assert web.run("verify", "web")[0] == 0
    bucket.client.put_object(Bucket=bucket.name, Key="index.html", Body=b"cut")
    bucket.client.delete_object(Bucket=bucket.name, Key="feed.json")
    status, out, talk = web.run("verify", "web", "--json")
    assert status == 1 and "`index.html`" in talk
    verdict = json.loads(out)
    assert (verdict["differing"], verdict["missing"]) == (["index.html"], ["feed.json"])
    web.publish("--all", "--verify")
    assert web.run("verify", "web")[0] == 0


def test_several_targets_one_of_them_down(author: Author, bucket: Bucket) -> None:
    author.configure(
        s3_target(bucket, "http://127.0.0.1:9")
        + '\n[publish.share]\nkind = "directory"\npath = "../share"\nbase_url = "https://other.example.org/"\nnoindex = true\n'
    )
    author.environment = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
    status, _, talk = author.run("publish", "--now", NOW)
    assert status == 2 and "1 of 2 targets were not published" in talk and "`web`" in talk
    share = author.folder.parent / "share"
    assert "https://other.example.org/" in (share / "sitemap.xml").read_text() or "Disallow: /" in (share / "robots.txt").read_text()
    assert "noindex" in (share / "index.html").read_text()


def test_a_full_disk(author: Author) -> None:
    author.configure('\n[publish.share]\nkind = "directory"\npath = "../share"\n')
    share = author.folder.parent / "share"
    author.publish()
    whole = author.built()
    author.report(2, "More.\n" * 2000)

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    status, _, talk = author.run("publish", "--now", NOW, preexec_fn=small)
    assert status == 2 and "cannot" in talk, talk
    read = lambda path: (share / path).read_bytes() if (share / path).is_file() else None  # noqa: E731
    assert crawl(read, whole) > 20
    author.publish()
    assert crawl(read, author.built()) > 20
    assert author.run("verify", "share")[0] == 0


def test_a_site_is_verified_as_visitors_get_it(author: Author) -> None:
    author.configure('\n[publish.share]\nkind = "directory"\npath = "../share"\n')
    author.publish()
    share = author.folder.parent / "share"

    class Visitors(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(share))

        def log_message(self, *_: object) -> None:
            pass

    with serving(Visitors) as address:
        status, _, talk = author.run("verify", address)
        assert status == 0, talk
        (share / "history.atom").write_text("cut")
        (share / "feed.json").unlink()
        status, _, talk = author.run("verify", address)
        assert status == 1 and "`history.atom`" in talk and "`feed.json`" in talk
        status, _, talk = author.run("verify", address + "/history/")
        assert status == 2 and "there is no manifest" in talk


def git(folder: Path, *arguments: str) -> str:
    run = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_branch_over_http(author: Author, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    git(bare, "config", "http.receivepack", "true")
    git(author.folder, "init", "--quiet")
    with git_host(tmp_path, "bot", "pa55word") as address:
        git(author.folder, "remote", "add", "origin", f"{address}/bare.git")
        author.configure('\n[publish.pages]\nkind = "github-pages"\ncname = "status.example.org"\n')
        status, _, talk = author.run("publish", "--now", NOW)
        assert status == 2 and "cannot" in talk
        # As continuous integration leaves a token: in the repository's own configuration.
        header = subprocess.run(["base64"], input=b"bot:pa55word", capture_output=True, check=True).stdout.decode().strip()
        git(author.folder, "config", f"http.{address}/.extraheader", f"Authorization: Basic {header}")
        before = git(author.folder, "status", "--porcelain")
        done = author.publish()
        assert done[0]["commit"] == git(bare, "rev-parse", "gh-pages").strip()
        assert git(author.folder, "status", "--porcelain") == before
        assert "commit" not in author.publish()[0]
        author.report(1, "More.\n")
        changed = author.publish()[0]["changed"]
        assert "incidents/trouble-1/index.html" in changed
        assert git(bare, "rev-list", "--count", "gh-pages").strip() == "2"
        clone = tmp_path / "clone"
        git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(bare), str(clone))
        assert (clone / "CNAME").read_text() == "status.example.org\n" and (clone / ".nojekyll").exists()
        read = lambda path: (clone / path).read_bytes() if (clone / path).is_file() else None  # noqa: E731
        assert crawl(read, author.built()) > 20
        assert author.run("verify", "pages")[0] == 0
    assert "pa55word" not in author.spoken and header not in author.spoken


def test_a_branch_whose_publisher_is_killed(author: Author, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    git(author.folder, "init", "--quiet")
    git(author.folder, "remote", "add", "origin", str(bare))
    author.configure('\n[publish.pages]\nkind = "github-pages"\n')
    author.environment = {"TMPDIR": str(tmp_path)}
    author.publish()
    whole = author.built()
    read = lambda path: shown(bare, f"gh-pages:{path}")  # noqa: E731
    dice = random.Random(11)
    for kill in range(6):
        for number in range(12):
            author.report(number, f"Word {kill}.\n")
        whole |= author.built()
        process = author.start("publish", "--now", NOW, start_new_session=True)
        time.sleep(dice.random() * 0.6)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        assert crawl(read, whole) > 20
    author.publish()
    assert crawl(read, author.built()) > 20
    assert author.run("verify", "pages")[0] == 0


def shown(repository: Path, name: str) -> bytes | None:
    run = subprocess.run(["git", "-C", repository, "cat-file", "blob", name], capture_output=True, check=False)
    return run.stdout if run.returncode == 0 else None
