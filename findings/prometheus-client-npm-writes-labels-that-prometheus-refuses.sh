#!/bin/bash
# prometheus-client (npm): a quotation mark, a backslash or a line break in a label or a help text is written as it is, so that Prometheus' own
#   reader refuses the whole page.
#
# Versions: prometheus-client 0.1.1 (npm) and, to read the page, prometheus-client 0.22.1 of PyPI; Node.js, Python 3.11.
# Expected: Prometheus, text-based exposition format: in label values the characters \, " and line feed are written \\, \" and \n, and in a help
#   text \ and line feed likewise. Its own words: "Metrics are intended to be scraped by a Prometheus server".
# Seen: the label path="/a"b" is written like that; of a help text with two lines the second is neither a comment nor a sample. The reader of the
#   Python package, which Prometheus' developers make, ends in a ValueError for both, and none of the metrics of the page is read. A backslash
#   before an "n" is read as a line feed. With plain labels all is read.
# Why it matters: one label with a quotation mark, of a search or a title, takes the whole page away until the next start. Escape labels before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts prometheus-client@0.1.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check prometheus-client==0.22.1

cat > page.cjs <<'JS'
const http = require("node:http");
const Prometheus = require("prometheus-client");

const [help, path] = process.argv.slice(2);
const client = new Prometheus();
client.newCounter({ namespace: "n", name: "a", help }).increment({ path });
const server = http.createServer(client.metricsFunc()).listen(0, "127.0.0.1", async () => {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`);
  process.stdout.write(await answer.text());
  process.exit(0);
});
JS
cat > read.py <<'PY'
import sys

from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.read()
print(repr(text))
try:
    print("  read:", [sample.labels for family in text_string_to_metric_families(text) for sample in family.samples])
except ValueError as error:
    print("  ValueError:", error)
PY
for path in /a '/a"b' '/a\nb'; do
    timeout 20 node page.cjs "one line" "$path" | timeout 20 venv/bin/python read.py
done > seen
timeout 20 node page.cjs "two
lines" /a | timeout 20 venv/bin/python read.py >> seen
cat seen
cat > expected <<'TEXT'
'# HELP n_a one line\n# TYPE n_a counter\nn_a{path="/a"} 1\n'
  read: [{'path': '/a'}]
'# HELP n_a one line\n# TYPE n_a counter\nn_a{path="/a"b"} 1\n'
  ValueError: Invalid labels: path="/a"b"} 
'# HELP n_a one line\n# TYPE n_a counter\nn_a{path="/a\\nb"} 1\n'
  read: [{'path': '/a\nb'}]
'# HELP n_a two\nlines\n# TYPE n_a counter\nn_a{path="/a"} 1\n'
  ValueError: could not convert string to float: 'lines'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
