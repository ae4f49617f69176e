#!/bin/bash
# Perl's Net::HTTPServer: Node.js reads none of its answers, curl fails at those to "Expect: 100-continue", and its Date is of no form that HTTP has.
#
# Versions: Net::HTTPServer 1.1.1 (Debian 12: libnet-httpserver-perl 1.1.1-4, liburi-perl 5.17-1), Perl 5.36, Node.js 20 (fetch), curl 7.88 and Python 3.11
#   as clients. Wants `apt-get update` beforehand, and perl, node and curl.
# Expected: RFC 9112, section 2.1: each line ends with CR LF; section 4: a status line has a blank behind the code, also where no reason follows; and an
#   answer of the class 1xx ends with an empty line (RFC 9110, section 15.2). Section 5.6.7: "Mon, 11 Jan 2027" with blanks; with hyphens only "Monday,
#   11-Jan-27".
# Seen: its lines end with LF, but for the last, which has CR LF twice. To "Expect: 100-continue" it says "HTTP/1.1 100" and one LF, so that the answer
#   proper is a field of this one, "Header without colon". Date is "Mon, 11-Jan-2027". A request whose body takes more than five seconds gets no answer at
#   all.
# Why it matters: programs in JavaScript cannot talk to it, nor curl with larger data (it sends Expect from a megabyte on, before 7.87 from a kilobyte).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-httpserver-perl=1.1.1-4 liburi-perl=5.17-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > server.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use Net::HTTPServer;

my $server = Net::HTTPServer->new(host => "127.0.0.1", port => $ARGV[0], type => "single", docroot => "docs");
$server->RegisterURL("/echo", sub {
    my $request = shift;
    my $response = $request->Response;
    $response->Header("Content-Type", "text/plain");
    $response->Print("a is " . ($request->Env("a") // "nothing"));
    return $response;
});
$server->Start;
$server->Process(40);
PERL
cat > find.mjs <<'JS'
try {
  const answer = await fetch(process.argv[2]);
  console.log("Node.js:", answer.status, await answer.text());
} catch (error) {
  console.log("Node.js:", error.message);
}
JS
cat > find.py <<'PY'
import re
import socket
import subprocess
import time

with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
server = subprocess.Popen(["perl", "server.pl", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
url = f"http://127.0.0.1:{port}/echo"
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)

    def raw(*pieces):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            answer = b""
            try:
                for piece in pieces:
                    sock.sendall(piece)
                    time.sleep(0 if piece is pieces[-1] else 1.5)
                while data := sock.recv(65536):
                    answer += data
            except ConnectionError:
                pass
        return answer

    head, _, body = raw(b"GET /echo?a=1 HTTP/1.1\r\nHost: localhost\r\n\r\n").partition(b"\r\n\r\n")
    print("raw:", head.count(b"\n"), "line ends, of them with CR", head.count(b"\r\n"), body)
    date = re.search("Date: .*", head.decode())[0]
    print("raw:", head.splitlines(True)[0], re.sub(r"\w{3}, \d\d-\w{3}-\d{4} \d\d:\d\d:\d\d", "Mon, 11-Jan-2027 09:00:00", date))
    begin = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\n"
    print("raw, a body in 7.5 seconds:", raw(begin, b"a=", b"1", b"2", b"3", b"45") or "no answer")
    print(subprocess.run(["node", "find.mjs", url + "?a=1"], stdout=subprocess.PIPE, text=True, timeout=20).stdout, end="")
    for extra in ([], ["-H", "Expect: 100-continue"]):
        command = ["curl", "-q", "-sS", "--noproxy", "*", "-m", "10", "-d", "a=1", *extra, url]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20).stdout
        print("curl", *extra, result)
finally:
    server.kill()
    server.wait()
PY
timeout 80 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
raw: 7 line ends, of them with CR 0 b'a is 1'
raw: b'HTTP/1.1 200\n' Date: Mon, 11-Jan-2027 09:00:00 GMT
raw, a body in 7.5 seconds: no answer
Node.js: fetch failed
curl a is 1
curl -H Expect: 100-continue curl: (8) Header without colon

TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
