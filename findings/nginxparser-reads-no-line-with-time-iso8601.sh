#!/bin/bash
# nginxparser: of a log with $time_iso8601, which it has a column for, no line is read, and an address of version 6 or a second proxy makes the
#   address NaN.
#
# Versions: nginxparser 2.1.0 (npm), Node.js.
# Expected: nginx, ngx_http_log_module: $time_iso8601 is one of its variables; $remote_addr is an address of either version, and $http_x_forwarded_for
#   what stood in the header, a list (its documentation: "X-Forwarded-For" with addresses appended, "separated by a comma"). The package gives each
#   row time_iso8601 with "date" and "timestamp" made of it, and ip, a number.
# Seen: with the format '$time_iso8601 $remote_addr $status' the callback is never called, without an error, because digits are not taken for a part
#   of the variable's name. With $time_local and $msec lines are read. ip is 3221225985 for 192.0.2.1 and NaN for 2001:db8::1 and for "192.0.2.1,
#   198.51.100.7", and NaN in JSON is null.
# Why it matters: who follows the advice to log in ISO 8601 counts no requests at all; sums by ip put all of version 6 into one bucket. Use $msec, and
#   ip_str.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts nginxparser@2.1.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const NginxParser = require("nginxparser");

for (const [format, line] of [
  ["$msec $remote_addr $status", "1348462840.043 192.0.2.1 200"],
  ["[$time_local] $remote_addr $status", "[30/Nov/2026:12:00:00 +0100] 192.0.2.1 200"],
  ["$time_iso8601 $remote_addr $status", "2026-11-30T12:00:00+01:00 192.0.2.1 200"],
  ["[$time_iso8601] $remote_addr $status", "[2026-11-30T12:00:00+01:00] 192.0.2.1 200"],
  ["$msec $remote_addr $status", "1348462840.043 2001:db8::1 200"],
  ['$msec "$http_x_forwarded_for" $status', '1348462840.043 "192.0.2.1, 198.51.100.7" 200'],
]) {
  let seen = "no row";
  new NginxParser(format).parseLine(line, ({ date, ip, ip_str, status }) => (seen = JSON.stringify({ date, ip: String(ip), ip_str, status })));
  console.log(`${line}: ${seen}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
1348462840.043 192.0.2.1 200: {"date":"2012-09-24T05:00:40.043Z","ip":"3221225985","ip_str":"192.0.2.1","status":"200"}
[30/Nov/2026:12:00:00 +0100] 192.0.2.1 200: {"date":null,"ip":"3221225985","ip_str":"192.0.2.1","status":"200"}
2026-11-30T12:00:00+01:00 192.0.2.1 200: no row
[2026-11-30T12:00:00+01:00] 192.0.2.1 200: no row
1348462840.043 2001:db8::1 200: {"date":"2012-09-24T05:00:40.043Z","ip":"NaN","ip_str":"2001:db8::1","status":"200"}
1348462840.043 "192.0.2.1, 198.51.100.7" 200: {"date":"2012-09-24T05:00:40.043Z","ip":"NaN","ip_str":"192.0.2.1, 198.51.100.7","status":"200"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
