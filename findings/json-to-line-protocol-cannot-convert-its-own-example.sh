#!/bin/bash
# json-to-line-protocol: the example of its own documentation ends in an error, texts are written without quotation marks, and a record without tags
#   cannot be converted.
#
# Versions: json-to-line-protocol 0.2.0 and, to compare with, InfluxData's @influxdata/influxdb-client 1.35.0 (npm), Node.js.
# Expected: InfluxDB, line protocol reference: a string field value stands in double quotation marks, with " in it as \"; tags are optional. The
#   package's documentation: "Will perform any necessary escaping on strings as specified by the protocol", tags "Optional", and the example with
#   fields: { c: '2', d: 3 }, tags: { a: '1', b: 2 }.
# Seen: the example is a TypeError, "input.replace is not a function", for the number among the tags. Without tags it is "Cannot convert undefined or
#   null to object". The field { city: 'Berlin, West' } is written city=Berlin, West, with which the database takes "West" for the time stamp; { c:
#   '2' } becomes the number 2. Measurements and tags are escaped rightly.
# Why it matters: each record with text is refused (HTTP 400, and in a batch with it others), or a text column becomes one of numbers at the first
#   write, for good.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts json-to-line-protocol@0.2.0 @influxdata/influxdb-client@1.35.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { convert } = require("json-to-line-protocol");
const { Point } = require("@influxdata/influxdb-client");

for (const record of [
  { measurement: "name-of-measure", fields: { c: "2", d: 3 }, tags: { a: "1", b: 2 } },
  { measurement: "weather", fields: { temp: 3 } },
  { measurement: "weather", fields: { temp: 3 }, tags: { "the city": "Berlin, West" } },
  { measurement: "weather", fields: { city: "Berlin, West" }, tags: { a: "1" } },
  { measurement: "weather", fields: { c: "2" }, tags: { a: "1" } },
]) {
  const point = new Point(record.measurement);
  for (const [key, value] of Object.entries(record.tags ?? {})) point.tag(key, String(value));
  for (const [key, value] of Object.entries(record.fields)) typeof value === "string" ? point.stringField(key, value) : point.floatField(key, value);
  const right = point.toLineProtocol({ convertTime: () => undefined });
  let seen;
  try {
    seen = convert(record);
  } catch (error) {
    seen = `${error.name}: ${error.message}`;
  }
  console.log(`${JSON.stringify(record)}\n  ${seen}\n  influxdb-client: ${right}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
{"measurement":"name-of-measure","fields":{"c":"2","d":3},"tags":{"a":"1","b":2}}
  TypeError: input.replace is not a function
  influxdb-client: name-of-measure,a=1,b=2 c="2",d=3
{"measurement":"weather","fields":{"temp":3}}
  TypeError: Cannot convert undefined or null to object
  influxdb-client: weather temp=3
{"measurement":"weather","fields":{"temp":3},"tags":{"the city":"Berlin, West"}}
  weather,the\ city=Berlin\,\ West temp=3
  influxdb-client: weather,the\ city=Berlin\,\ West temp=3
{"measurement":"weather","fields":{"city":"Berlin, West"},"tags":{"a":"1"}}
  weather,a=1 city=Berlin, West
  influxdb-client: weather,a=1 city="Berlin, West"
{"measurement":"weather","fields":{"c":"2"},"tags":{"a":"1"}}
  weather,a=1 c=2
  influxdb-client: weather,a=1 c="2"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
