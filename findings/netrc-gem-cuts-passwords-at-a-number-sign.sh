#!/bin/bash
# Ruby's netrc: of "login jo password pa#ss" the password is "pa", and the login web#1 is web.
#
# Versions: netrc 0.11.0 (Debian 12: ruby-netrc 0.11.0-4), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), Python 3.11's netrc and curl 7.88
#   for comparison. Wants `apt-get update` beforehand, and curl.
# Expected: the manual that its README refers to (GNU inetutils, "The .netrc file"): tokens are separated by spaces, tabs, or new lines; and it has
#   no comments within a word.
# Seen: whatever follows the first "#" in a line is a comment, in the middle of a word as well, in logins and in passwords. Python and curl read
#   all of it.
# Why it matters: a password that a generator has made with a "#" is refused by the server, and the program shows nothing but that. Clients of
#   rest-client and of Heroku's and GitHub's interfaces read their passwords with it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-netrc=0.11.0-4 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
cat > hosts <<'TEXT'
machine a.example.org login jo password pa#ss
machine b.example.org
  login web#1
  password secret
machine c.example.org login bob password x
TEXT
chmod 600 hosts

cat > find.rb <<'RUBY'
require "netrc"

hosts = Netrc.read("hosts")
"abc".each_char { |name| puts "netrc #{name}.example.org: #{hosts["#{name}.example.org"].to_a.join(" ")}" }
RUBY
cat > find.py <<'PY'
import base64
import netrc
import socket
import subprocess
import threading

hosts = netrc.netrc("hosts")
for name in "abc":
    login, _, password = hosts.authenticators(f"{name}.example.org") or ("", "", "")
    print(f"Python {name}.example.org: {login} {password}")


def serve(listener):
    while True:
        connection = listener.accept()[0]
        with connection, connection.makefile("rb") as file:
            lines = iter(file.readline, b"\r\n")
            found = [line.split()[2] for line in lines if line.lower().startswith(b"authorization: basic")]
            text = base64.b64decode(found[0]).replace(b":", b" ") if found else b"none"
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
for name in "abc":
    url = f"http://{name}.example.org:{port}/"
    command = ["curl", "-sS", "-q", "--noproxy", "*", "--netrc-file", "hosts", "--resolve", f"{name}.example.org:{port}:127.0.0.1", url]
    print(f"curl {name}.example.org:", subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=10).stdout)
PY
{
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0 \
        timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
    timeout 40 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
netrc a.example.org: jo pa
netrc b.example.org: web secret
netrc c.example.org: bob x
Python a.example.org: jo pa#ss
Python b.example.org: web#1 secret
Python c.example.org: bob x
curl a.example.org: jo pa#ss
curl b.example.org: web#1 secret
curl c.example.org: bob x
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
