#!/bin/bash
# Ruby's stomp: the header value C:\new, which it sends rightly, it reads as "C:", a line break and "ew".
#
# Versions: stomp 1.4.10 (Debian 12: ruby-stomp 1.4.10-2), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), stomp.py 8.2.0 (PyPI) for comparison.
#   Wants `apt-get update` beforehand.
# Expected: STOMP 1.1 and 1.2, "Value Encoding": \n, \c and \\ are a line feed, a colon and a backslash, so that \\new is a backslash and "new". Its
#   documentation: encode makes a header safe to send, decode is the opposite.
# Seen: decode() replaces each \\ by one backslash first, and then looks for \n, \r and \c in the result, so that those backslashes count twice. It
#   is the same for a header of a message that comes over the wire. encode() is right, so what the library has sent itself is not what it gets.
# Why it matters: paths of Windows and regular expressions in headers, such as a file's name or a selector, arrive with line breaks and colons in them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-stomp=1.4.10-2 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check stomp.py==8.2.0

cat > values <<'TEXT'
a:b
C:\new\report.txt
^\d+\.csv$
\\server\reports
TEXT
cat > find.rb <<'RUBY'
require "socket"
require "stomp"

File.foreach("values", chomp: true) do |value|
  encoded = Stomp::HeaderCodec.encode(value)
  puts "stomp #{value}: sends #{encoded}, decodes #{Stomp::HeaderCodec.decode(encoded).inspect}"
end

# The same over a connection: a server that delivers one message.
server = TCPServer.new("127.0.0.1", 0)
Thread.new do
  client = server.accept
  client.gets("\0")
  client.write("CONNECTED\nversion:1.2\n\n\0")
  client.gets("\0")
  client.write("MESSAGE\ndestination:/queue/a\nmessage-id:1\nsubscription:1\nfile:C\\c\\\\new\\\\report.txt\ncontent-length:5\n\nHello\0")
  sleep 5
end
login = {host: "127.0.0.1", port: server.addr[1], login: "", passcode: ""}
connection = Stomp::Connection.new(hosts: [login], connect_headers: {"accept-version" => "1.2", "host" => "example.org"}, reliable: false)
connection.subscribe("/queue/a", "id" => "1")
puts "stomp receives #{connection.receive.headers["file"].inspect}"
RUBY
cat > find.py <<'PY'
from stomp.utils import parse_frame

frame = parse_frame(b"MESSAGE\nfile:C\\c\\\\new\\\\report.txt\n\nHello\x00")
print("stomp.py receives", repr(frame.headers["file"]))
PY
{
    timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
    timeout 20 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
stomp a:b: sends a\cb, decodes "a:b"
stomp C:\new\report.txt: sends C\c\\new\\report.txt, decodes "C:\new\report.txt"
stomp ^\d+\.csv$: sends ^\\d+\\.csv$, decodes "^\\d+\\.csv$"
stomp \\server\reports: sends \\\\server\\reports, decodes "\\\\server\reports"
stomp receives "C:\new\report.txt"
stomp.py receives 'C:\\new\\report.txt'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
