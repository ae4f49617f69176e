#!/bin/bash
# messy: "CONNECT example.org:443" and "OPTIONS *" get a slash in front, an IPv6 address becomes a path, and a boundary with a semicolon is
#   an error.
#
# Versions: messy 7.0.0 (npm), Node.js; the email package of Python 3.11 to compare with for the last.
# Expected: RFC 9112, section 3.2: a request target is a path, an absolute address, a host and a port (for CONNECT), or "*" (for OPTIONS);
#   RFC 3986, section 3.2.2: IPv6 addresses stand in brackets; RFC 2046, section 5.1.1, and RFC 2045: in quotation marks a parameter may
#   have a semicolon. Its documentation: "Object model for HTTP and RFC822 messages".
# Seen: read and written again, CONNECT example.org:443 is CONNECT /example.org:443, OPTIONS * is OPTIONS /*, and GET http://[2001:db8::1]/a
#   is GET /http://[2001:db8::1]/a. {url: "http://[2001:db8::1]:8080/a"} has no host and no Host header. The parts of a message with
#   boundary="b;c" raise a TypeError; Python has both.
# Why it matters: recorded traffic of proxies and of preflights is changed as it is stored: played back, a proxy answers 400, and servers
#   with IPv6 addresses get a path that they do not have.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts messy@7.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFileSync } from "child_process";
import messy from "messy";

const PYTHON = "import email, sys; print([p.get_payload() for p in email.message_from_bytes(sys.stdin.buffer.read()).get_payload()])";
for (const line of ["GET /a HTTP/1.1", "CONNECT example.org:443 HTTP/1.1", "OPTIONS * HTTP/1.1", "GET http://[2001:db8::1]/a HTTP/1.1"]) {
  const request = new messy.HttpRequest(`${line}\r\nUser-Agent: a\r\n\r\n`);
  console.log(`${line} is written ${request.toString().split("\r\n")[0]}`);
}
for (const url of ["http://example.org:8080/a", "http://[2001:db8::1]:8080/a"]) {
  const request = new messy.HttpRequest({ method: "GET", url });
  console.log(`${url}: host ${request.host}, ${JSON.stringify(request.toString())}`);
}
for (const boundary of ["b", "b;c"]) {
  const header = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`;
  const text = `${header}--${boundary}\r\n\r\none\r\n--${boundary}\r\n\r\ntwo\r\n--${boundary}--\r\n`;
  let seen;
  try {
    seen = JSON.stringify(new messy.Message(text).parts.map((part) => part.body));
  } catch (error) {
    seen = error.name;
  }
  console.log(`${boundary}: ${seen}; Python: ${execFileSync("python3", ["-c", PYTHON], { input: text, timeout: 20000 }).toString().trim()}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
GET /a HTTP/1.1 is written GET /a HTTP/1.1
CONNECT example.org:443 HTTP/1.1 is written CONNECT /example.org:443 HTTP/1.1
OPTIONS * HTTP/1.1 is written OPTIONS /* HTTP/1.1
GET http://[2001:db8::1]/a HTTP/1.1 is written GET /http://[2001:db8::1]/a HTTP/1.1
http://example.org:8080/a: host example.org, "GET /a\r\nHost: example.org:8080\r\n"
http://[2001:db8::1]:8080/a: host undefined, "GET /http://[2001:db8::1]:8080/a\r\n"
b: ["one","two"]; Python: ['one', 'two']
b;c: TypeError; Python: ['one', 'two']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
