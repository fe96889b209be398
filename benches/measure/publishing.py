"""Publishing to a folder, and to a bucket of an S3 server on loopback whose requests a proxy counts."""

import importlib.util
import os
import pathlib
import sys
from collections import Counter

OUTSIDE = pathlib.Path(__file__).resolve().parents[2] / "tests/outside"

FOLDER = """
[publish.folder]
kind = "directory"
path = "../folder"
"""

BUCKET = """
[publish.bucket]
kind = "s3"
bucket = "bench"
endpoint = "{endpoint}"
"""

# A bucket takes one request a file: more would take longer than all the rest.
MOST_IN_BUCKET = 10_000


def measure_publishing(bench):
    settings = (bench.site / "site.toml").read_text()
    (bench.site / "site.toml").write_text(settings + FOLDER)
    publish_rounds(bench, "folder", os.environ, [])
    if importlib.util.find_spec("boto3") is None:
        bench.notes.append("No bucket is measured: benches/run needs target/test-tools/venv/bin/python for it.")
    elif bench.incidents <= MOST_IN_BUCKET:
        publish_to_bucket(bench, settings)
    (bench.site / "site.toml").write_text(settings)


def publish_to_bucket(bench, settings):
    # Imported late: the memory of this process counts in the peak of what it starts.
    sys.path.insert(0, str(OUTSIDE))
    from places import KEY_ID, SECRET, proxy, s3_server

    environment = os.environ | {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
    with s3_server(bench.scratch / "server") as make:
        bucket = make("bench")
        with proxy(bucket.endpoint) as between:
            (bench.site / "site.toml").write_text(settings + BUCKET.format(endpoint=between.endpoint))
            publish_rounds(bench, "bucket", environment, between.requests)
        bucket.client.close()


def publish_rounds(bench, target, environment, requests):
    def publish(what):
        requests.clear()
        sample = bench.program.run("publish", target, "--site", bench.site, environment=environment)
        bench.add(f"publish to a {target}, {what}", sample)

    publish("first time")
    for number in range(bench.rounds):
        publish("nothing changed")
    note(bench, target, "nothing changed", requests)
    for number in range(bench.rounds):
        bench.change_one_report(number)
        publish("one report changed")
    note(bench, target, "one report changed", requests)


def note(bench, target, what, requests):
    methods = Counter(line.split()[0] for line in requests)
    if methods:
        counts = ", ".join(f"{count} {method}" for method, count in sorted(methods.items()))
        bench.notes.append(f"Requests to the {target}, {what}: {counts}.")
