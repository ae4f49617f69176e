#!/bin/bash
# mqtt-pattern and mqtt-match: a "+" matches no empty level in the one, and both take the broker's own topics for anybody's.
#
# Versions: mqtt-pattern 2.1.1, mqtt-match 3.0.0 (npm), Node.js; paho-mqtt 2.1.0 (PyPI), Python 3.11 for comparison.
# Expected: MQTT 5.0 (and 3.1.1), section 4.7.1.3: "+" matches one level, and an empty one is a level: "/finance" matches "+/+". Section 4.7.3: levels of
#   no length are valid. Section 4.7.2, MQTT-4.7.2-1: filters that start with a wildcard match no topic that starts with "$".
# Seen: mqtt-pattern's matches() is false for "+/+" and "/finance", "a/+/c" and "a//c", "a/+" and "a/", all of which a broker delivers for these filters,
#   so that the message arrives and belongs to no subscription. Both packages say that "#" and "+/uptime" match "$SYS/uptime", which a broker does not
#   deliver for them. paho's topic_matches_sub() is right in all.
# Why it matters: clients use these to find the handler of a message. With mqtt-pattern messages of devices that start their topics with a slash are
#   dropped without a trace; with both, a handler for "#" gets messages of other subscriptions.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mqtt-pattern@2.1.1 mqtt-match@3.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check paho-mqtt==2.1.0

cat > find.js <<'JS'
const match = require("mqtt-match");
const { matches } = require("mqtt-pattern");

console.log(JSON.stringify(JSON.parse(process.argv[2]).map(([filter, topic]) => [matches(filter, topic), match(filter, topic)])));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

from paho.mqtt.client import topic_matches_sub

# For each filter and topic: paho, mqtt-pattern, mqtt-match.
expected = {
    ("a/+", "a/b"): [True, True, True],
    ("a/#", "a"): [True, True, True],
    ("+/+", "/finance"): [True, False, True],
    ("a/+/c", "a//c"): [True, False, True],
    ("a/+", "a/"): [True, False, True],
    ("#", "$SYS/uptime"): [False, True, True],
    ("+/uptime", "$SYS/uptime"): [False, True, True],
}
output = subprocess.run(["node", "find.js", json.dumps(list(expected))], capture_output=True, text=True, check=True).stdout
same = True
for (pair, right), theirs in zip(expected.items(), json.loads(output)):
    seen = [topic_matches_sub(*pair), *theirs]
    print(f"filter {pair[0]}, topic {pair[1]}: paho {seen[0]}, mqtt-pattern {seen[1]}, mqtt-match {seen[2]}")
    same = same and seen == right
sys.exit(not same)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
