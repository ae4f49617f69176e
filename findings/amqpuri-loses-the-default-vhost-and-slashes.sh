#!/bin/bash
# amqpuri: the address that it writes for the virtual host "/" names the one with the empty name, "a/b" has none, and IPv6 hosts are torn
#   apart.
#
# Versions: amqpuri 2.0.1 (npm), Node.js and its URL.
# Expected: RabbitMQ's URI specification, which its documentation names: the vhost is one segment, so slashes in it are written %2F; an
#   address that ends in "/" has the vhost with the empty name, "amqp://host/%2f" the one named "/". RFC 3986, section 3.2.2: IPv6 addresses
#   stand in brackets.
# Seen: for {vhost: "/"} it writes amqp://host/, for "a/b" amqp://host/a/b, for "50%25" amqp://host/50%25, which means 50%. For the host
#   2001:db8::1 it writes amqp://2001:1/:db8: and the vhost is gone. With encodeURIComponent() and brackets each address means what it
#   should.
# Why it matters: "/" is the default of RabbitMQ. A client that keeps to the specification asks for the vhost "", and is told that it has no
#   access to it; what is behind a slash is another vhost.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts amqpuri@2.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import amqpuri from "amqpuri";

// A vhost by RabbitMQ's specification: what stands behind the first slash, with its escapes resolved; a second slash is not allowed.
const vhost = (text) => {
  try {
    const { hostname, pathname } = new URL(text);
    return JSON.stringify([hostname, pathname.lastIndexOf("/") > 0 ? "no vhost" : decodeURIComponent(pathname.slice(1))]);
  } catch (error) {
    return error.code;
  }
};
for (const options of [
  { hostname: "example.org", port: 5672, vhost: "seneca" },
  { hostname: "example.org", port: 5672, vhost: "/" },
  { hostname: "example.org", port: 5672, vhost: "a/b" },
  { hostname: "example.org", port: 5672, vhost: "50%25" },
  { hostname: "2001:db8::1", port: 5672, vhost: "seneca" },
]) {
  const text = amqpuri.format(options);
  const host = options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname;
  const right = `amqp://${host}:${options.port}/${encodeURIComponent(options.vhost)}`;
  console.log(`${JSON.stringify(options)}\n  amqpuri: ${text} means ${vhost(text)}\n  right: ${right} means ${vhost(right)}`);
}
JS
timeout 60 node find.mjs 2>/dev/null | tee seen
cat > expected <<'TEXT'
{"hostname":"example.org","port":5672,"vhost":"seneca"}
  amqpuri: amqp://example.org:5672/seneca means ["example.org","seneca"]
  right: amqp://example.org:5672/seneca means ["example.org","seneca"]
{"hostname":"example.org","port":5672,"vhost":"/"}
  amqpuri: amqp://example.org:5672/ means ["example.org",""]
  right: amqp://example.org:5672/%2F means ["example.org","/"]
{"hostname":"example.org","port":5672,"vhost":"a/b"}
  amqpuri: amqp://example.org:5672/a/b means ["example.org","no vhost"]
  right: amqp://example.org:5672/a%2Fb means ["example.org","a/b"]
{"hostname":"example.org","port":5672,"vhost":"50%25"}
  amqpuri: amqp://example.org:5672/50%25 means ["example.org","50%"]
  right: amqp://example.org:5672/50%2525 means ["example.org","50%25"]
{"hostname":"2001:db8::1","port":5672,"vhost":"seneca"}
  amqpuri: amqp://2001:1/:db8: means ["2001",":db8:"]
  right: amqp://[2001:db8::1]:5672/seneca means ["[2001:db8::1]","seneca"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
