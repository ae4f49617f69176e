#!/bin/bash
# Perl's HTTP::Lite: a POST with the type application/json is sent as a form; half an answer is "200 OK"; of chunks of more than 64 KiB parts are lost.
#
# Versions: HTTP::Lite 2.44 (Debian 12: libhttp-lite-perl 2.44-3), Perl 5.36, Python 3.11's http.client for comparison and http.server as the server. Wants
#   `apt-get update` beforehand, and perl.
# Expected: its documentation of add_req_header(): "These functions allow you to override any header. ... You may not override Host, Connection, or Accept",
#   Content-Type being one of the pre-defined ones. RFC 9112, section 8: if the connection ends before Content-Length octets, the recipient "MUST consider
#   the message to be incomplete". Section 7.1: a chunk has the octets that its size says, and may have any size.
# Seen: with POST the line for forms is always written, and the program's Content-Type is deleted. The connection's end ends each body, request() returns
#   200, and the length is not looked at. Of a chunk it reads blocks of 65537 octets, the last one too; what this has of the next chunk is thrown away, and
#   the end is not found.
# Why it matters: interfaces refuse the data, or take it for a form; files are cut without an error, or have holes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libhttp-lite-perl=2.44-3 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libhttp-lite-perl*.deb .

cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use Digest::MD5 "md5_hex";
use HTTP::Lite;

my ($url) = @ARGV;
sub ask {
    my ($path, $content) = @_;
    my $http = HTTP::Lite->new;
    $http->http11_mode(1);
    if ($content) {
        $http->method("POST");
        $http->add_req_header("Content-Type", "application/json");
        $http->{content} = $content;
    }
    my $status = $http->request("$url$path");
    my $body = $http->body // "";
    return "status $status, " . (length $body < 50 ? $body : length($body) . " octets, " . md5_hex($body));
}
print "HTTP::Lite, type: ", ask("/type", '{"a": 1}'), "\n";
print "HTTP::Lite, cut: ", ask("/cut"), "\n";
print "HTTP::Lite, chunks of $_: ", ask("/chunks/$_"), "\n" for 1000, 60000, 100000;
PERL
cat > find.py <<'PY'
import hashlib
import http.client
import http.server
import subprocess
import threading

CONTENT = bytes(range(256)) * 1250


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, length=None):
        self.send_response(200)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(self.headers["Content-Type"].encode())

    def do_GET(self):
        if self.path == "/cut":
            return self.answer(b"Hel", 10)
        size = int(self.path.rpartition("/")[2])
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for place in range(0, len(CONTENT), size):
            chunk = CONTENT[place : place + size]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def log_message(self, *arguments):
        pass


def ask(path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"} if body else {})
    answer = connection.getresponse()
    try:
        body = answer.read()
    except http.client.IncompleteRead as error:
        return type(error).__name__
    return f"status {answer.status}, " + (body.decode() if len(body) < 50 else f"{len(body)} octets, {hashlib.md5(body).hexdigest()}")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("http.client, type:", ask("/type", b'{"a": 1}'))
print("http.client, cut:", ask("/cut"))
for size in (1000, 60000, 100000):
    print(f"http.client, chunks of {size}:", ask(f"/chunks/{size}"))
command = ["perl", "find.pl", f"http://127.0.0.1:{server.server_port}"]
print(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=40).stdout, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
http.client, type: status 200, application/json
http.client, cut: IncompleteRead
http.client, chunks of 1000: status 200, 320000 octets, 05662ec5ba0f87b22463f03cb2bd8821
http.client, chunks of 60000: status 200, 320000 octets, 05662ec5ba0f87b22463f03cb2bd8821
http.client, chunks of 100000: status 200, 320000 octets, 05662ec5ba0f87b22463f03cb2bd8821
HTTP::Lite, type: status 200, application/x-www-form-urlencoded
HTTP::Lite, cut: status 200, Hel
HTTP::Lite, chunks of 1000: status 200, 320000 octets, 05662ec5ba0f87b22463f03cb2bd8821
HTTP::Lite, chunks of 60000: status 200, 320000 octets, 05662ec5ba0f87b22463f03cb2bd8821
HTTP::Lite, chunks of 100000: status 200, 100000 octets, 7007d9ba10b9a5e64a9f92df87e94a06
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
