#!/bin/bash
# Ruby's FTW: two headers of one name are sent as 'accept: ["a", "b"]', "Host" has no port, and http://host?x=y asks for "?x=y".
#
# Versions: ftw 0.0.44 (Debian 12: ruby-ftw 0.0.44-2, ruby-cabin 0.8.1-1.1, ruby-addressable 2.8.1-1, ruby-public-suffix 4.0.6+ds-2, ruby-backports
#   3.21.0-2, ruby-http-parser.rb 0.6.0-6+b4, libhttp-parser2.9 2.9.4-5, ruby3.1 3.1.7+really3.1.2-0+deb12u1), Python 3.11 as the server. Wants
#   `apt-get update` beforehand.
# Expected: RFC 9110, section 5.3: several fields of a name are lines of their own, or one with a list separated by commas. Section 7.2: Host is the host
#   and, if it is not the default one, the port of the URI. RFC 9112, section 3.2.1: "If the target URI's path component is empty, the client MUST send
#   '/' as the path". RFC 3986, section 2.4: the parts of a URI are decoded after they have been separated.
# Seen: what Headers#add was told twice goes out as Ruby writes an array, with brackets and quotation marks. The port is left out of Host. The request
#   line is "GET ?x=y HTTP/1.1". A password "p%40" in a URL goes into the Authorization undecoded.
# Why it matters: a server with several names on another port than 80 gives the wrong site, or builds links without the port; nginx answers the
#   request line with 400; two cookies or two Accept headers are understood by nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-ftw=0.0.44-2 ruby-cabin=0.8.1-1.1 ruby-addressable=2.8.1-1 ruby-public-suffix=4.0.6+ds-2 ruby-backports=3.21.0-2 \
    ruby-http-parser.rb=0.6.0-6+b4 libhttp-parser2.9=2.9.4-5 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.1.0:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0
RUBYLIB=$RUBYLIB$(printf ':%s' usr/share/rubygems-integration/all/gems/*/lib)
export RUBYLIB

cat > ask.rb <<'RUBY'
require "ftw"

agent = FTW::Agent.new
url, *accepted = ARGV
request = agent.request("GET", url, {})
accepted.each { |type| request.headers.add("Accept", type) }
response = agent.execute(request)
response.read_body { |_| }
RUBY
cat > find.py <<'PY'
import base64
import re
import socket
import subprocess

with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(20)
    port = listener.getsockname()[1]
    for command in ([f"http://127.0.0.1:{port}/"], [f"http://127.0.0.1:{port}/", "text/html", "text/plain"], [f"http://127.0.0.1:{port}?x=y"],
                    [f"http://jo:p%40@127.0.0.1:{port}/"]):
        client = subprocess.Popen(["timeout", "20", "usr/bin/ruby3.1", "--disable-gems", "ask.rb", *command], stderr=subprocess.DEVNULL)
        sock, _ = listener.accept()
        with sock:
            sock.settimeout(10)
            text = b""
            while b"\r\n\r\n" not in text:
                text += sock.recv(4000)
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        client.wait(20)
        print(*command, sep=", ", end=":\n") if False else print(", ".join(command).replace(str(port), "PORT") + ":")
        for line in text.decode().splitlines():
            if line[:4] == "GET " or re.match("(host|accept|authorization):", line):
                if line.startswith("authorization"):
                    line = f"authorization: Basic of {base64.b64decode(line.split()[-1]).decode()!r}"
                print(" ", line.replace(str(port), "PORT"))
PY
sed -i 's/^        print(\*command.*False else print(/        print(/' find.py
timeout 80 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
http://127.0.0.1:PORT/:
  GET / HTTP/1.1
  host: 127.0.0.1
http://127.0.0.1:PORT/, text/html, text/plain:
  GET / HTTP/1.1
  host: 127.0.0.1
  accept: ["text/html", "text/plain"]
http://127.0.0.1:PORT?x=y:
  GET ?x=y HTTP/1.1
  host: 127.0.0.1
http://jo:p%40@127.0.0.1:PORT/:
  GET / HTTP/1.1
  authorization: Basic of 'jo:p%40'
  host: 127.0.0.1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
