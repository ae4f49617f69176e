#!/bin/bash
# graphite-udp: close() throws away what was measured since the last round, and numbers that come as text are put behind one another: "5" and "5" are
#   55.
#
# Versions: graphite-udp 1.2.0 (npm), Node.js.
# Expected: add() takes a name and a value and sums what comes for the same name within one interval of 5 s; it looks at the value with parseFloat(),
#   which takes "5". What was added before close() belongs to the metrics, and carbon's plaintext protocol has one line for each.
# Seen: after add("requests", 3) and close() no datagram comes, then or later. add("load", "5") twice is sent as "load 55"; with numbers it is 10.
# Why it matters: short programs and the last seconds before each restart are never counted; values of headers, environment and databases are texts.
#   Convert with Number(), and wait one interval before close().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts graphite-udp@1.2.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const dgram = require("node:dgram");
const graphite = require("graphite-udp");

const server = dgram.createSocket("udp4");
let seen = [];
server.on("message", (data) => seen.push(...data.toString().trim().split("\n").map((line) => line.replace(/ \d{10}$/, ""))));
server.bind(0, "127.0.0.1", async () => {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const { port } = server.address();
  for (const [name, add, pause] of [
    ["numbers", (metrics) => [5, 5].forEach((value) => metrics.add("load", value)), 600],
    ["texts", (metrics) => ["5", "5"].forEach((value) => metrics.add("load", value)), 600],
    ["closed at once", (metrics) => metrics.add("requests", 3), 0],
  ]) {
    seen = [];
    const metrics = graphite.createClient({ host: "127.0.0.1", port, interval: 200 });
    add(metrics);
    if (pause) await wait(pause);
    metrics.close();
    await wait(600);
    console.log(`${name}: ${seen.join(", ") || "nothing"}`);
  }
  server.close();
});
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
numbers: load 10
texts: load 55
closed at once: nothing
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
