#!/bin/bash
# pywarc: of a header that a record has twice nothing is left, and at the third the reader fails. It reads no archive of WARC 1.0, and writes dates with
# two time zones.
#
# Versions: pywarc 0.3.1, and warcio 1.8.1 to compare with (PyPI), Python 3.11.
# Expected: ISO 28500 (WARC 1.1), section 5.7: "A WARC-Concurrent-To field ... may be repeated", for the request, the metadata and so on of one capture;
#   section 4: "named-field = field-name ":" [ field-value ]", names without regard to case; section 5.4: WARC-Date is "a UTC timestamp", in the form of
#   W3C's datetime.
# Seen: a record with two WARC-Concurrent-To has headers["WARC-Concurrent-To"] None; with three it is AttributeError "'NoneType' object has no attribute
#   'append'", and the archive cannot be read on. "WARC/1.0", as wget, Heritrix and Common Crawl write it, and "content-length: 5" are InvalidWarcError.
#   start_block() with a record_date of 10:00+01:00 writes "10:00:00+01:00Z". warcio reads all and keeps both.
# Why it matters: the link from a response to its request is the header that is lost. Most archives there are have version 1.0.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check pywarc==0.3.1 warcio==1.8.1

cat > find.py <<'PY'
import io
import sys
from datetime import datetime, timedelta, timezone

import pywarc
from warcio.archiveiterator import ArchiveIterator

ID = "<urn:uuid:00000000-0000-0000-0000-00000000000{}>"


def record(*extra, version="1.1", length="Content-Length"):
    lines = [f"WARC/{version}", "WARC-Type: resource", "WARC-Record-ID: " + ID.format(0), "WARC-Target-URI: http://example.com/"]
    lines += ["WARC-Date: 2026-11-30T10:00:00Z", *extra, f"{length}: 5", "", "hello", "", ""]
    return "\r\n".join(lines).encode()


def read(data):
    try:
        block = next(iter(pywarc.WarcReader(io.BytesIO(data))))
        mine = block.headers.get("WARC-Concurrent-To", "none"), block.read()
    except Exception as error:
        mine = f"{type(error).__name__}: {error}"
    other = next(iter(ArchiveIterator(io.BytesIO(data))))
    ids = [value[-2] for name, value in other.rec_headers.headers if name == "WARC-Concurrent-To"]
    return mine, ids, other.content_stream().read()


to = ["WARC-Concurrent-To: " + ID.format(number) for number in (1, 2, 3)]
seen = {}
for name, data in {
    "one": record(to[0]), "two": record(*to[:2]), "three": record(*to),
    "WARC/1.0": record(version="1.0"), "content-length": record(length="content-length"),
}.items():
    seen[name] = read(data)
    print(f"{name}: pywarc {seen[name][0]}; warcio: {len(seen[name][1])} headers, {seen[name][2]}")
out = io.BytesIO()
writer = pywarc.WarcWriter(out)
writer.write_block("resource", b"hello", record_date=datetime(2026, 11, 30, 10, tzinfo=timezone(timedelta(hours=1))))
date = [line for line in out.getvalue().decode().splitlines() if line.startswith("WARC-Date")][-1]
print("written:", date)
sys.exit(
    seen["one"][0] != ([ID.format(1)], b"hello")
    or seen["two"][0] != (None, b"hello")
    or "'NoneType' object has no attribute 'append'" not in seen["three"][0]
    or not all(seen[name][0].startswith("InvalidWarcError") for name in ("WARC/1.0", "content-length"))
    or any(result[2] != b"hello" for result in seen.values())
    or [len(result[1]) for result in seen.values()] != [1, 2, 3, 0, 0]
    or date != "WARC-Date: 2026-11-30T10:00:00+01:00Z"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
