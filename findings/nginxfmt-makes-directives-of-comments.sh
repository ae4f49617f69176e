#!/bin/bash
# nginxfmt: what stands behind a semicolon or a brace in a comment becomes part of the configuration, and quoted text of two lines gets another value.
#
# Versions: nginxfmt 1.4.0, crossplane 0.5.8 as reader of the results (PyPI), Python 3.11.
# Expected: nginx: a comment goes from "#" to the end of the line, whatever is in it; a quoted argument goes to the closing quotation mark, with its
#   line ends and blanks. Its documentation: it formats configuration files, and "whitespace is collapsed, except in comments and within quotation
#   marks".
# Seen: of "ssl_protocols TLSv1.3; # was TLSv1.2; and more" the words "and more" become a directive of their own, "and more;". A comment with braces
#   opens and closes blocks, and the file has an unexpected "}". Of an add_header in two lines the second one loses its blanks and is indented anew. A
#   file without such comments stays as it is in meaning.
# Why it matters: a formatter runs in hooks, unseen. With luck nginx refuses the file; with "# off; access_log off;" it accepts what was commented
#   out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check nginxfmt==1.4.0 crossplane==0.5.8

cat > find.py <<'PY'
import sys

import crossplane
import nginxfmt

CASES = {
    "plain": "ssl_protocols TLSv1.3; # as of 2026\nssl_ciphers HIGH;\n",
    "semicolon": "ssl_protocols TLSv1.3; # was TLSv1.2; and more\nssl_ciphers HIGH;\n",
    "commented out": "access_log a.log; # off; access_log off;\nssl_ciphers HIGH;\n",
    "brace": "ssl_protocols TLSv1.3; # {1.2, 1.3}\nssl_ciphers HIGH;\n",
    "two lines": "add_header X \"one\n  two   three\";\nssl_ciphers HIGH;\n",
}


def read(text):
    with open("nginx.conf", "w") as file:
        file.write("events {}\nhttp {\n" + text + "}\n")
    result = crossplane.parse("nginx.conf", strict=False, check_ctx=False, check_args=False)
    if result["status"] != "ok":
        return result["errors"][0]["error"].split(" in nginx.conf")[0]
    block = [item for item in result["config"][0]["parsed"] if item["directive"] == "http"][0]["block"]
    return [(item["directive"], *item["args"]) for item in block]


seen = {}
for what, text in CASES.items():
    formatted = nginxfmt.Formatter().format_string("events {}\nhttp {\n" + text + "}\n")
    inner = formatted.split("http {\n", 1)[1].rsplit("}", 1)[0]
    seen[what] = read(text), read(inner)
    print(f"{what}: {seen[what][0]}\n  -> {seen[what][1]}")
plain = [("ssl_protocols", "TLSv1.3"), ("ssl_ciphers", "HIGH")]
log = [("access_log", "a.log"), ("ssl_ciphers", "HIGH")]
expected = {
    "plain": (plain, plain),
    "semicolon": (plain, [plain[0], ("and", "more"), plain[1]]),
    "commented out": (log, [log[0], ("access_log", "off"), log[1]]),
    "brace": (plain, 'unexpected "}"'),
    "two lines": (
        [("add_header", "X", "one\n  two   three"), plain[1]],
        [("add_header", "X", "one\n    two three"), plain[1]],
    ),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
