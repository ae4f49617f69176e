#!/bin/bash
# h2load --h1 counts every response without a reason phrase as failed, and h11 writes none unless it is given one.
#
# Versions: nghttp2-client 1.52.0-1+deb12u3 (Debian 12), h11 0.16.0, Python 3.11. Wants `apt-get update` beforehand, and curl.
# Expected: RFC 9112, section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]. A server sends the second space even if there is no
#   phrase, and "a client SHOULD ignore the reason-phrase content".
# Seen: a server made with h11 answers "HTTP/1.1 200 " and a body of two bytes. Of four such answers h2load reports "0 succeeded, 4 failed" and no
#   status code at all. With the phrase "OK" the same four succeed. curl takes both.
# Why it matters: a load test of a server that is made with h11 says that nothing works, and not why.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download nghttp2-client=1.52.0-1+deb12u3 libnghttp2-14=1.52.0-1+deb12u3 libev4=1:4.33-1 libjansson4=2.14-2 libjemalloc2=5.3.0-1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check h11==0.16.0

cat > server.py <<'PY'
import socket
import sys
import threading

import h11


def serve(client):
    connection = h11.Connection(h11.SERVER)
    with client:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(client.recv(65536))
            elif isinstance(event, h11.EndOfMessage):
                response = h11.Response(status_code=200, headers=[("content-length", "2")], reason=sys.argv[1])
                for part in (response, h11.Data(b"hi"), h11.EndOfMessage()):
                    client.sendall(connection.send(part))
                connection.start_next_cycle()
            elif isinstance(event, h11.ConnectionClosed):
                return


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
PY

visit() {
    coproc timeout 60 venv/bin/python server.py "$1"
    read -r port <&"${COPROC[0]}"
    echo "with the phrase '$1':"
    LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu timeout 30 usr/bin/h2load --h1 -n 4 -c 1 "http://127.0.0.1:$port/" |
        grep -oE '[0-9]+ (succeeded|failed)|[0-9]+ 2xx' | sed 's/^/  h2load: /'
    echo "  curl: $(curl --silent --noproxy '*' --max-time 10 "http://127.0.0.1:$port/") $(curl --silent --noproxy '*' --max-time 10 \
        --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$port/")"
    kill "$COPROC_PID"
    wait "$COPROC_PID" || true
}
{ visit ""; visit OK; } 2>visit.log | tee seen
diff - seen <<'SEEN' || { echo "CHANGED: see above"; exit 1; }
with the phrase '':
  h2load: 0 succeeded
  h2load: 4 failed
  h2load: 0 2xx
  curl: hi 200
with the phrase 'OK':
  h2load: 4 succeeded
  h2load: 0 failed
  h2load: 4 2xx
  curl: hi 200
SEEN
