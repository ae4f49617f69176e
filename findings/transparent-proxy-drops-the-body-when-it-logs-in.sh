#!/bin/bash
# transparent-proxy: in front of a proxy that wants a password each request loses its body, and headers behind the 49th are gone.
#
# Versions: transparent-proxy 1.15.3 (npm), Node.js.
# Expected: RFC 9112, section 6: the body begins behind the empty line, and has as many octets as Content-Length says; a proxy forwards it.
#   Its documentation: `upstream` may return 'USER:PWD@IP:PORT' for a proxy with credentials.
# Seen: a POST with 5 octets arrives at the upstream proxy with its header, Content-Length: 5 and Proxy-Authorization, and no body. Without
#   credentials it arrives whole. Of 60 headers X-0 to X-59 those from X-47 on are missing with credentials.
# Why it matters: forms and calls of an API wait for an answer until they give up, as the server waits for the body; GET works, so the proxy
#   seems to be set up.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts transparent-proxy@1.15.3 >npm.log 2>&1

cat > find.cjs <<'JS'
const { once } = require("events");
const net = require("net");
const ProxyServer = require("transparent-proxy");

async function ask(credentials, lines, body) {
  let text = "";
  const upstream = net.createServer((socket) => {
    socket.on("data", (data) => (text += data));
    socket.on("error", () => {});
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const proxy = new ProxyServer({ upstream: () => `${credentials}127.0.0.1:${upstream.address().port}` });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const client = net.connect(proxy.address().port, "127.0.0.1");
  client.on("error", () => {});
  client.write(`POST http://example.org/ HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  client.destroy();
  return text;
}
(async () => {
  const few = ["Host: example.org", "Content-Length: 5"];
  const many = [...few, ...Array.from({ length: 60 }, (_, number) => `X-${number}: a`)];
  for (const [name, credentials] of [["without credentials", ""], ["with credentials", "jo:secret@"]]) {
    const [header, body] = (await ask(credentials, few, "hello")).split("\r\n\r\n");
    const length = /content-length: *(\d+)/i.exec(header)[1];
    console.log(`${name}: Content-Length ${length}, login ${/proxy-authorization/i.test(header)}, body ${JSON.stringify(body)}`);
    const found = (await ask(credentials, many, "hello")).match(/x-\d+/gi).length;
    console.log(`  of 60 headers more ${found} arrive`);
  }
  process.exit();
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
without credentials: Content-Length 5, login false, body "hello"
  of 60 headers more 60 arrive
with credentials: Content-Length 5, login true, body ""
  of 60 headers more 47 arrive
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
