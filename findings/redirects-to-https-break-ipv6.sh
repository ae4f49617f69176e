#!/bin/bash
# redirect-https, redirect-ssl, express-force-ssl and koa-sslify: who visits an IPv6 address is sent to another one, or nowhere.
#
# Versions: redirect-https 1.3.1, redirect-ssl 3.0.0, express-force-ssl 0.3.2, koa-sslify 6.0.0; express-sslify 1.2.0 for comparison, with express
#   5.3.0 and koa 3.3.0 (npm), Node.js.
# Expected: RFC 9110, section 7.2: the Host field has the host of the URL; RFC 3986, section 3.2.2: an IPv6 address stands in brackets there. They are
#   to send the visitor to the same host with https.
# Seen: for [2001:db8::1] redirect-https makes https://[2001:db8::443]/, since it takes the first colon with digits behind it for the port.
#   redirect-ssl cuts at the first colon and makes https://[2001/, express-force-ssl leaves the brackets away. koa-sslify does that too, and so ends
#   in "Invalid URL" and status 500. express-sslify makes https://[2001:db8::1]/.
# Why it matters: a machine of the local network, or [::1], is reached this way before it has a name. The visitor's next request goes to a machine
#   that was not asked for, or the address bar has something that is no URL.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts redirect-https@1.3.1 redirect-ssl@3.0.0 express-force-ssl@0.3.2 \
    koa-sslify@6.0.0 express-sslify@1.2.0 express@5.3.0 koa@3.3.0 >npm.log 2>&1

cat > find.js <<'JS'
const http = require("http");
const express = require("express");
const Koa = require("koa");

const byExpress = (middleware) => express().use(middleware);
const koa = new Koa();
koa.silent = true;
koa.use(require("koa-sslify").default());
const apps = {
    "express-sslify": byExpress(require("express-sslify").HTTPS()),
    "redirect-https": byExpress(require("redirect-https")()),
    "redirect-ssl": byExpress(require("redirect-ssl")),
    "express-force-ssl": byExpress(require("express-force-ssl")),
    "koa-sslify": koa.callback(),
};
const ask = (port, host) =>
    new Promise((resolve, reject) => {
        http.get({ port, host: "127.0.0.1", path: "/", headers: { host } }, (response) => {
            let body = "";
            response.on("data", (data) => (body += data));
            // redirect-https has the target in the page.
            const find = () => /URL='([^']*)'/.exec(body)?.[1] ?? response.statusCode;
            response.on("end", () => resolve(response.headers.location ?? find()));
        }).on("error", reject);
    });
(async () => {
    const seen = {};
    for (const [name, app] of Object.entries(apps)) {
        const server = http.createServer(app);
        await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
        const answers = [];
        for (const host of ["www.example.org", "[2001:db8::1]"]) answers.push(await ask(server.address().port, host));
        server.close();
        console.log(`${name}: ${answers.join(" and ")}`);
        if (answers[0] !== "https://www.example.org/") process.exit(1);
        seen[name] = answers[1];
    }
    const expected = {
        "express-sslify": "https://[2001:db8::1]/",
        "redirect-https": "https://[2001:db8::443]/",
        "redirect-ssl": "https://[2001/",
        "express-force-ssl": "https://2001:db8::1/",
        "koa-sslify": 500,
    };
    process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
