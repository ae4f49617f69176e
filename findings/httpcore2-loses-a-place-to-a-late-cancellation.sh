#!/bin/bash
# httpcore2: a request that is cancelled just after its connection is there takes a place in the pool with it, for good.
#
# Versions: httpcore2 2.16.2 (httpcore 1.0.9 does the same), AnyIO 4.16.0, Trio 0.35.0, Python 3.11.
# Expected: a cancelled request gives its connection back or closes it, as it does if it is cancelled while the connection is being made.
# Seen: with max_connections=1, a request is cancelled once its connection has been made and before anything was sent. The pool keeps the connection as
#   "NEW, Request Count: 0", which is neither idle nor closed: it is never used and never removed. The next request waits for a place until its PoolTimeout.
#   Cancelled a step before, the place is free, and the next request is answered. Both on asyncio and on Trio.
# Why it matters: with time limits for requests, as with move_on_after(), a pool loses its places one by one, and in the end every request times out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpcore2==2.16.2 anyio==4.16.0 trio==0.35.0 2>pip.log || { cat pip.log; exit 2; }

cat > find.py <<'PY'
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import anyio
import httpcore2


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"


async def main(backend, when):
    scope = anyio.CancelScope()

    class Backend(httpcore2.AnyIOBackend):
        """A time limit that passes in this very moment."""

        async def connect_tcp(self, *args, **kwargs):
            if when == "before":
                scope.cancel()
            stream = await super().connect_tcp(*args, **kwargs)
            if when == "after":
                scope.cancel()
            return stream

    async with httpcore2.AsyncConnectionPool(max_connections=1, network_backend=Backend()) as pool:
        with scope:
            await pool.request("GET", url)
        kept = [re.sub(r".*?, ", "", connection.info(), count=1) for connection in pool.connections]
        try:
            response = await pool.request("GET", url, extensions={"timeout": {"pool": 3}})
            outcome = response.status
        except httpcore2.PoolTimeout as exc:
            outcome = type(exc).__name__
        print(f"{backend}: cancelled {when} it has connected; kept: {kept}; next request: {outcome}")


for backend in ("asyncio", "trio"):
    for when in ("before", "after"):
        anyio.run(main, backend, when, backend=backend)
PY
timeout 60 venv/bin/python find.py | tee seen
diff - seen <<'SEEN' || { echo "CHANGED: see above"; exit 1; }
asyncio: cancelled before it has connected; kept: []; next request: 200
asyncio: cancelled after it has connected; kept: ['HTTP/1.1, NEW, Request Count: 0']; next request: PoolTimeout
trio: cancelled before it has connected; kept: []; next request: 200
trio: cancelled after it has connected; kept: ['HTTP/1.1, NEW, Request Count: 0']; next request: PoolTimeout
SEEN
