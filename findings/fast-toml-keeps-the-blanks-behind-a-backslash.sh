#!/bin/bash
# fast-toml: a line that ends with a backslash keeps the blanks of the next one, and a time of day is a moment of the year 0.
#
# Versions: fast-toml 0.5.4 and, to compare with, smol-toml 1.3.1 (npm), Node.js.
# Expected: TOML 0.5, which it is for, String: "When the last non-whitespace character on a line is a \\, it will be trimmed along with all whitespace
#   (including newlines) up to the next non-whitespace character". Local Time: "that time of day without any relation to a specific day or any offset
#   or timezone".
# Seen: """one \ and, on the next line, four blanks and two""" is "one" with five blanks before "two", and in the example of the specification the
#   blanks and the line feed stay. 07:32:00 is a Date of 0000-01-01T07:32:00Z. smol-toml reads the strings rightly and has a time without a day.
# Why it matters: commands and texts that are written over several lines have runs of blanks in them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts fast-toml@0.5.4 smol-toml@1.3.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import TOML from "fast-toml";
import { parse } from "smol-toml";

for (const text of ['a = """one \\\n    two"""', 'a = """\\\n  The quick brown \\\n\n  fox"""', 'a = "one two"', "a = 07:32:00", "a = 1979-05-27T07:32:00", "a = 1979-05-27"]) {
  console.log(`${JSON.stringify(text)}: ${JSON.stringify(TOML.parse(text).a)}; smol-toml: ${JSON.stringify(parse(text).a)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
"a = \"\"\"one \\\n    two\"\"\"": "one     two"; smol-toml: "one two"
"a = \"\"\"\\\n  The quick brown \\\n\n  fox\"\"\"": "  The quick brown \n  fox"; smol-toml: "The quick brown fox"
"a = \"one two\"": "one two"; smol-toml: "one two"
"a = 07:32:00": "0000-01-01T07:32:00.000Z"; smol-toml: "07:32:00.000"
"a = 1979-05-27T07:32:00": "1979-05-27T07:32:00.000Z"; smol-toml: "1979-05-27T07:32:00.000"
"a = 1979-05-27": "1979-05-27T00:00:00.000Z"; smol-toml: "1979-05-27"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
