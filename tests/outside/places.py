"""Places to publish to, on loopback: a bucket of a real S3 server, a proxy that makes trouble before it, a git host over HTTP.

Each ends by itself when the test that asked for it is over, and at the latest after ten minutes.
"""

import base64
import hashlib
import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

KEY_ID = "AKIAPUBLISHTEST"
SECRET = "wJalrXUtnFEMIsecretK7MDENGbPxRfiCY"
LONGEST = "600"
"""Seconds after which a server ends whatever happens."""


@dataclass
class Bucket:
    """A bucket, its server's address and an independent client."""

    name: str
    endpoint: str
    client: object

    def keys(self) -> set[str]:
        """The keys of all objects."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {item["Key"] for page in pages for item in page.get("Contents", [])}

    def read(self, key: str) -> bytes | None:
        """An object's bytes, if there is one."""
        try:
            with self.client.get_object(Bucket=self.name, Key=key)["Body"] as body:
                return body.read()
        except self.client.exceptions.NoSuchKey:
            return None

    def head(self, key: str) -> dict:
        """What the server says of an object."""
        return self.client.head_object(Bucket=self.name, Key=key)


@contextmanager
def s3_server(folder: Path) -> Iterator[Callable[[str], Bucket]]:
    """SeaweedFS on loopback, which checks signatures; yields a maker of buckets."""
    folder.mkdir(parents=True)
    identity = {
        "name": "publisher",
        "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    master, volume, filer, s3 = free_ports(4)
    options = {
        "dir": folder, "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "master.port": master, "volume.port": volume,
        "volume.max": 400, "master.volumeSizeLimitMB": 64, "volume.preStopSeconds": 0, "master.telemetry": "false",
        "filer.port": filer, "filer.localSocket": folder / "filer.sock", "s3.port": s3, "s3.localSocket": folder / "s3.sock",
        "s3.config": folder / "s3.json", "s3.autoCreateBucket": "false", "s3.port.iceberg": 0, "s3.port.lance": 0,
    }
    weed = Path(sys.executable).parent / "weed"
    command = ["timeout", "--kill-after=5", LONGEST, weed, f"-logdir={folder}", "server", "-filer", "-s3"]
    command += [f"-{name}={value}" for name, value in options.items()]
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    endpoint = f"http://127.0.0.1:{s3}"
    try:
        yield lambda name: make_bucket(name, endpoint, folder)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


def make_bucket(name: str, endpoint: str, folder: Path) -> Bucket:
    """A new bucket; waits until the server is up and takes objects."""
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 0}, connect_timeout=2, read_timeout=20, s3={"addressing_style": "path"}),
    )
    give_up = time.monotonic() + 60
    while True:
        try:
            client.create_bucket(Bucket=name)
            client.put_object(Bucket=name, Key="ready", Body=b"yes")
            client.delete_object(Bucket=name, Key="ready")
            return Bucket(name, endpoint, client)
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and "BucketAlreadyOwnedByYou" in str(error):
                client.delete_bucket(Bucket=name)
            assert time.monotonic() < give_up, f"{error}: {(folder / 'log').read_text()[-2000:]}"
            time.sleep(0.2)


def free_ports(count: int) -> list[int]:
    """Ports that are free, and whose neighbours ten thousand above are, which the server takes for itself."""
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(20_000, 45_000)
        if port not in ports and all(is_free(one) for one in (port, port + 10_000)):
            ports.append(port)
    return ports


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass
class Proxy:
    """What stands before a server, notes every request and makes trouble with some."""

    endpoint: str
    requests: list[str] = field(default_factory=list)
    trouble: Callable[[int, str], str | None] = lambda number, method: None
    """What becomes of a request, by its number and method: `503`, `507`, `cut` (half of it arrives), `lost` (its answer does not),
    or nothing."""

    def methods(self) -> set[str]:
        """The methods of all requests so far."""
        return {line.split()[0] for line in self.requests}


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy before a server."""
    host = urlsplit(upstream).netloc
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            with lock:
                state.requests.append(f"{self.command} {urlsplit(self.path).path}")
                trouble = state.trouble(len(state.requests), self.command)
            if trouble == "503":
                return self.send(503, [], b"<Error><Code>SlowDown</Code><Message>slow down</Message></Error>")
            if trouble == "507":
                return self.send(507, [], b"<Error><Code>StorageFull</Code><Message>no room</Message></Error>")
            if trouble == "cut" or len(body) < length:
                # Who was killed while it spoke does not say the rest.
                self.cut(body if trouble is None else body[: len(body) // 2])
                return None
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
                connection.request(self.command, self.path, body or None, headers)
                response = connection.getresponse()
                answer = response.read()
            if trouble == "lost":
                self.close_connection = True
                return None
            return self.send(response.status, response.getheaders(), answer)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = answer

        def cut(self, body: bytes) -> None:
            """Hands on the head and a part of the body, and hangs up on both sides."""
            head = f"{self.command} {self.path} HTTP/1.1\r\n" + str(self.headers).replace("\n", "\r\n")
            name, port = host.split(":")
            with socket.create_connection((name, int(port)), timeout=5) as line:
                line.sendall(head.encode("latin-1").rstrip() + b"\r\n\r\n" + body)
            self.close_connection = True

        def send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    with serving(Handler) as address:
        state = Proxy(address)
        yield state


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server of ours on loopback; yields its address."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that was killed hung up: that is what the test is about."""

    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def git_host(root: Path, user: str, password: str) -> Iterator[str]:
    """git's own HTTP backend over the bare repositories in a folder, for one user; yields its address."""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def answer(self) -> None:
            if self.headers.get("Authorization") != expected:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.end_headers()
                return
            parts = urlsplit(self.path)
            environment = {
                "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": user,
                "PATH_INFO": unquote(parts.path), "QUERY_STRING": parts.query, "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            run = subprocess.run(
                ["git", "http-backend"], input=self.body(), env=environment, capture_output=True, check=False
            )
            head, _, body = run.stdout.partition(b"\r\n\r\n")
            headers = [line.split(": ", 1) for line in head.decode().splitlines()]
            status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
            self.send_response(status)
            for name, value in headers:
                if name != "Status":
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            whole = b""
            while size := int(self.rfile.readline(), 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            return whole

    with serving(Handler) as address:
        yield address


class Links(HTMLParser):
    """The addresses that a page leads to or needs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def crawl(read: Callable[[str], bytes | None], whole: set[str]) -> int:
    """Follows every link from the front page; each must lead to a file, whole as one of these digests. Returns how many files
    were read; none where there is no front page yet."""
    open_paths, seen = ["index.html"], set()
    while open_paths:
        path = open_paths.pop()
        if path in seen:
            continue
        seen.add(path)
        body = read(path)
        if path == "index.html" and body is None:
            return 0
        assert body is not None, f"a link leads to {path}, which is not there"
        assert hashlib.sha256(body).hexdigest() in whole, f"{path} is not whole"
        if path.endswith(".html"):
            page = Links()
            page.feed(body.decode())
            for link in page.found:
                address = urlsplit(urljoin(f"site:///{path}".replace("site:", "http://x", 1).replace("x///", "x/"), link))
                if address.netloc == "x" and address.scheme == "http":
                    target = unquote(address.path).lstrip("/")
                    open_paths.append(target + "index.html" if target == "" or target.endswith("/") else target)
    return len(seen)


def digests(folder: Path) -> set[str]:
    """The digests of every file of a built site."""
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def copy_site(source: Path, target: Path) -> None:
    """A copy of a site's sources."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("public"))
