#!/bin/bash
# @platformatic/promotel: a metric with a route like /users/{id} in a label is left out, a histogram has no buckets, and a gauge whose name ends in
#   _count becomes a histogram.
#
# Versions: @platformatic/promotel 0.2.2 (npm), Node.js.
# Expected: Prometheus, text-based exposition format: label values "can be any sequence of UTF-8 characters", with \\, \" and \n escaped, so that } is
#   one like others; a value may be NaN, +Inf and -Inf. OpenTelemetry, metrics data model, histogram: bucket_counts and explicit_bounds, for n bounds
#   n+1 counts, each of one bucket. The type of a metric is what # TYPE says. Its own words: "Complete Metric Support: Counters, gauges, histograms,
#   and summaries".
# Seen: a{path="/users/{id}"} 1 gives no time series, without an error, and so do NaN and +Inf. A histogram with le 0.05, 0.1 and +Inf is converted to
#   bucket_counts [144320] and explicit_bounds [], so that only sum and count are left. # TYPE jobs_count gauge, jobs_count 3 is the histogram "jobs"
#   with count 3.
# Why it matters: latencies per route are what one sends this way: the routes with parameters are missing, and no percentile can be computed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @platformatic/promotel@0.2.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { convert, parse } from "@platformatic/promotel";

for (const line of ['a{path="/users"} 1', 'a{path="/users/{id}"} 1', 'a{text="say \\"x\\""} 1', "a 1e3", "a NaN", "a +Inf"]) {
  const { timeseries } = parse(`# TYPE a gauge\n${line}\n`);
  console.log(`${line}: ${timeseries.map(({ samples }) => samples[0].value).join() || "nothing"}`);
}
const metrics = (text) => convert(parse(text)).resource_metrics[0].scope_metrics[0].metrics;
const [{ histogram }] = metrics(`# TYPE h histogram
h_bucket{le="0.05"} 24054
h_bucket{le="0.1"} 33444
h_bucket{le="+Inf"} 144320
h_sum 53423
h_count 144320
`);
const { bucket_counts, explicit_bounds, count, sum } = histogram.data_points[0];
console.log(`histogram: ${JSON.stringify({ bucket_counts, explicit_bounds, count, sum })}; right: ${JSON.stringify({ bucket_counts: [24054, 33444 - 24054, 144320 - 33444], explicit_bounds: [0.05, 0.1] })}`);
for (const name of ["jobs", "jobs_count"]) {
  const [metric] = metrics(`# TYPE ${name} gauge\n${name} 3\n`);
  console.log(`gauge ${name}: ${metric.name}, ${Object.keys(metric).filter((key) => key !== "name" && key !== "description").join()}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
a{path="/users"} 1: 1
a{path="/users/{id}"} 1: nothing
a{text="say \"x\""} 1: 1
a 1e3: 1000
a NaN: nothing
a +Inf: nothing
histogram: {"bucket_counts":[144320],"explicit_bounds":[],"count":144320,"sum":53423}; right: {"bucket_counts":[24054,9390,110876],"explicit_bounds":[0.05,0.1]}
gauge jobs: jobs, gauge
gauge jobs_count: jobs, histogram
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
