#!/bin/bash
# data-url: an example of RFC 2397 itself is no data URL for it, nor one with a comma or an exclamation mark, an empty one, or one that it has just made
# of a 3GP video.
#
# Versions: data-url 1.4.0 (PyPI), Python 3.11; urllib.request of Python reads them all.
# Expected: DataURL.from_url(): "Create a new DataURL object from an existing URL. Useful for retrieving data from a data URL." RFC 2397: "data :=
#   *urlchar", none or more, and urlchar is any of reserved, unreserved or escaped, with "reserved" as in RFC 2396: ; / ? : @ & = + $ and the comma. It has
#   the example "data:application/vnd-xxx-query,select_vcount,fcol_from_fieldtable/local". RFC 2045 and RFC 3986: types and schemes are the same in
#   capitals.
# Seen: from_url() gives None for it, for "data:text/plain,Hello,World", "data:,Hello%2C%20World!", "data:,", "data:IMAGE/PNG;base64,...", and for the
#   URLs that its own from_byte_data() makes of a "video/3gpp" and of an empty file. The source says that "every other character must be percent-encoded",
#   and a subtype must begin with a letter.
# Why it matters: pictures and texts saved from a page are skipped as "no data URL"; None has no .data, so it is an AttributeError far away.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check data-url==1.4.0

cat > find.py <<'PY'
import sys
from urllib.request import urlopen

from data_url import DataURL

made = [DataURL.from_byte_data("video/3gpp", b"\0\0\0\x18ftyp3gp4").url, DataURL.from_byte_data("text/plain", b"").url]
refused = [
    "data:application/vnd-xxx-query,select_vcount,fcol_from_fieldtable/local",
    "data:text/plain,Hello,World",
    "data:,Hello%2C%20World!",
    "data:,",
    "data:IMAGE/PNG;base64,iVBORw0KGgo=",
    *made,
]
good = ["data:,A%20brief%20note", "data:text/plain,Hello%2CWorld", "data:image/png;base64,iVBORw0KGgo="]
result = {}
for url in good + refused:
    read = DataURL.from_url(url)
    result[url] = read and read.data
    print(url, "- data-url:", read and (read.mime_type, read.data), "- urllib:", urlopen(url, timeout=10).read())
sys.exit(
    any(result[url] is not None for url in refused)
    or [result[url] for url in good] != ["A%20brief%20note", "Hello%2CWorld", b"\x89PNG\r\n\x1a\n"]
    or urlopen(refused[0], timeout=10).read() != b"select_vcount,fcol_from_fieldtable/local"
    or made[0] != "data:video/3gpp;base64,AAAAGGZ0eXAzZ3A0"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
