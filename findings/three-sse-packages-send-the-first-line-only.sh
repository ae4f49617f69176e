#!/bin/bash
# express-sse-ts, better-sse, @toverux/expresse: of a text of two lines the client gets the first, as the second is written without "data:".
#
# Versions: express-sse-ts 1.0.2, better-sse 0.16.1, @toverux/expresse 2.4.0, ssestream 1.1.0 to compare with, express 5.3.0,
#   eventsource-parser 3.0.6 to read (npm), Node.js.
# Expected: HTML Living Standard, section 9.2: each line of the data is a "data" field of its own; a line without a known name of a field is
#   ignored. Their documentation: better-sse is "spec-compliant"; send("data: string") of express-sse-ts; the other two take a serializer
#   for what is not JSON.
# Seen: express-sse-ts writes a text as it is, and the others what the serializer String has given: "one\ntwo" is "data: one" and "two" on a
#   line of its own, and readers get "one". ssestream writes two lines with "data:", and they get both.
# Why it matters: program text, Markdown and answers of language models have lines, and arrive without all but the first, with no error on
#   either side.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts express-sse-ts@1.0.2 better-sse@0.16.1 @toverux/expresse@2.4.0 ssestream@1.1.0 \
  express@5.3.0 eventsource-parser@3.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import http from "http";
import { createRequire } from "module";
import { createSession } from "better-sse";
import { createParser } from "eventsource-parser";
import express from "express";

const require = createRequire(import.meta.url);
const expresse = require("@toverux/expresse");
const { default: Simple } = require("express-sse-ts");
const { default: Stream } = require("ssestream");

const app = express();
app.get("/ssestream", (request, response) => {
  const stream = new Stream(request);
  stream.pipe(response);
  stream.write({ event: "x", data: "one\ntwo" });
});
app.get("/express-sse-ts", (request, response, next) => {
  response.flush = () => {};
  const events = new Simple();
  events.init(request, response, next);
  events.send("one\ntwo", "x");
});
app.get("/better-sse", async (request, response) => {
  const session = await createSession(request, response, { serializer: String });
  session.push("one\ntwo", "x");
});
app.get("/@toverux/expresse", expresse.sse({ serializer: String }), (request, response) => response.sse.event("x", "one\ntwo"));

const server = app.listen(0, "127.0.0.1", async () => {
  for (const name of ["ssestream", "express-sse-ts", "better-sse", "@toverux/expresse"]) {
    await new Promise((resolve) => {
      http.get({ host: "127.0.0.1", port: server.address().port, path: `/${name}` }, (response) => {
        let text = "";
        const parser = createParser({
          onEvent: ({ event, data }) => {
            const lines = text.split("\n").filter((line) => /^(data|two)/.test(line));
            console.log(`${name}: written ${JSON.stringify(lines)}, read ${event} ${JSON.stringify(data)}`);
            response.destroy();
            resolve();
          },
        });
        response.on("error", () => {});
        response.on("data", (data) => {
          text += data;
          parser.feed(String(data));
        });
      });
    });
  }
  process.exit(0);
});
JS
timeout 60 node --no-deprecation find.mjs | tee seen
cat > expected <<'TEXT'
ssestream: written ["data: one","data: two"], read x "one\ntwo"
express-sse-ts: written ["data: one","two"], read x "one"
better-sse: written ["data:one","two"], read x "one"
@toverux/expresse: written ["data: one","two"], read x "one"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
