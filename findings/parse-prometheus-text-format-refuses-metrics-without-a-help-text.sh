#!/bin/bash
# parse-prometheus-text-format: one metric whose help text is empty, and nothing of the whole answer is read.
#
# Versions: parse-prometheus-text-format 1.1.1 (npm), Node.js.
# Expected: "Exposition formats" of Prometheus: after the metric's name "all remaining tokens are considered the docstring"; there may be none.
#   Prometheus' own library for Go writes "# HELP name " for a metric with an empty help, and Prometheus reads it.
# Seen: "# HELP up " + "# TYPE up gauge" + "up 1" ends in "Encountered invalid line: # HELP up", although a comment in its source says that the
#   text could be empty: the blank that it looks for has been trimmed away before. With a text it is read.
# Why it matters: exporters whose authors wrote no help are common in Go, where it is optional: the page of metrics or the test that uses this
#   package fails altogether for one such line among hundreds.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts parse-prometheus-text-format@1.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const module = createRequire(import.meta.url)("parse-prometheus-text-format");
const parse = module.default ?? module;

for (const help of ["Is it up?", "x", ""]) {
  const text = `# HELP up ${help}\n# TYPE up gauge\nup 1\n# HELP other Other.\n# TYPE other counter\nother 2\n`;
  let seen;
  try {
    seen = parse(text).map(({ name, metrics }) => `${name}=${metrics[0].value}`).join(", ");
  } catch (error) {
    seen = error.message;
  }
  console.log(`# HELP up ${JSON.stringify(help)}: ${seen}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
# HELP up "Is it up?": up=1, other=2
# HELP up "x": up=1, other=2
# HELP up "": Encountered invalid line: # HELP up
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
