#!/bin/bash
# ircv3: where two blanks stand between parameters, or one at the end, it sees an empty parameter, and the text moves to another place.
#
# Versions: ircv3 0.33.1 (npm), Node.js; irctokens 2.0.2 (PyPI), Python 3.11.
# Expected: RFC 1459, section 2.3.1: <SPACE> ::= ' ' { ' ' }, one or more blanks, wherever parts are divided, and "<params> ::= <SPACE> [
#   ... ]", so that a blank may end a message. Servers do so: 324 (channel modes) and MODE of several end with one.
# Seen: ":n PRIVMSG  #c  :a b" has the target "" and the text "#c"; ":n MODE #c +o jo " has the parameters #c, +o, jo and "". irctokens has
#   "#c" and "a b", and three parameters.
# Why it matters: with bouncers, bridges and old servers that write two blanks a client or bot hears its own channel's name as the text,
#   said to nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ircv3@0.33.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check irctokens==2.0.2

cat > find.mjs <<'JS'
import { parseMessage } from "ircv3";

const lines = JSON.parse(process.argv[2]);
console.log(JSON.stringify(lines.map((line) => {
  const message = parseMessage(line);
  return [message.params ?? message._params].flat().map(({ value }) => value);
})));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

import irctokens

lines = [":n!u@h PRIVMSG #c :a b", ":n!u@h PRIVMSG  #c  :a b", ":n!u@h MODE #c +o jo", ":n!u@h MODE #c +o jo "]
output = subprocess.run(["node", "find.mjs", json.dumps(lines)], capture_output=True, text=True, check=True, timeout=30).stdout
seen = json.loads(output)
right = [irctokens.tokenise(line).params for line in lines]
for line, mine, other in zip(lines, seen, right, strict=True):
    print(f"{line!r}: ircv3 {mine}, irctokens {other}")
assert right == [["#c", "a b"]] * 2 + [["#c", "+o", "jo"]] * 2
sys.exit(seen != [["#c", "a b"], ["", "#c", "", "a b"], ["#c", "+o", "jo"], ["#c", "+o", "jo", ""]])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
