#!/bin/bash
# mqtt-regex: of the pattern "site.1/+device" the topic to subscribe to is "site\.1/+", where nothing arrives; and "a/b/" counts as "a/b".
#
# Versions: mqtt-regex 1.1.0, mqtt-wildcard 3.0.9 for comparison (npm), Node.js.
# Expected: mqtt-regex's documentation: `topic` is the "Regular MQTT topic with the pattern stuff stripped out". MQTT 5.0, section 4.7: in a filter
#   "/", "+", "#" and a leading "$" have a meaning, and no other letter. Section 4.7.3: a "/" at the start or the end makes another topic.
# Seen: `topic` has the literal parts as they are escaped for the regular expression: with a backslash before a dot or a dollar
#   sign. exec() of the same object does know the topic "site.1/lamp". For "a/+b" it takes "a/b/" as well, and gives b without its "/".
# Why it matters: the broker takes the subscription, and sends nothing. Versions and IP addresses in topics have dots, and the broker's own
#   topics begin with "$SYS".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mqtt-regex@1.1.0 mqtt-wildcard@3.0.9 >npm.log 2>&1

cat > find.js <<'JS'
const mqttRegex = require("mqtt-regex");
const mqttWildcard = require("mqtt-wildcard");

for (const [pattern, name] of [
  ["site/+device", "site/lamp"],
  ["site.1/+device", "site.1/lamp"],
  ["$SYS/broker/+what", "$SYS/broker/uptime"],
]) {
  const parsed = mqttRegex(pattern);
  const arrives = mqttWildcard(name, parsed.topic) !== null;
  console.log(`${pattern}: subscribe to ${parsed.topic}; "${name}" arrives: ${arrives}; exec: ${JSON.stringify(parsed.exec(name))}`);
}
console.log(`a/+b for "a/b/": ${JSON.stringify(mqttRegex("a/+b").exec("a/b/"))}, for the other package ${mqttWildcard("a/b/", "a/+")}`);
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
site/+device: subscribe to site/+; "site/lamp" arrives: true; exec: {"device":"lamp"}
site.1/+device: subscribe to site\.1/+; "site.1/lamp" arrives: false; exec: {"device":"lamp"}
$SYS/broker/+what: subscribe to \$SYS/broker/+; "$SYS/broker/uptime" arrives: false; exec: {"what":"uptime"}
a/+b for "a/b/": {"b":"b"}, for the other package null
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
