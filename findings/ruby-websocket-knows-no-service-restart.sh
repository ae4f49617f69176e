#!/bin/bash
# Ruby's websocket: a server that closes with 1012, "Service Restart", 1013 or 1014 is an error, "unknown_close_code", and its close frame is lost.
#
# Versions: websocket 1.2.9 (Debian 12: ruby-websocket 1.2.9-3), Ruby 3.1.2, websockets 12.0 (PyPI) as server and as the other client, Python 3.11. Wants
#   `apt-get update` beforehand.
# Expected: RFC 6455, section 7.4.2: the codes 1000-2999 are for the protocol, its future revisions and extensions. IANA's registry of close codes has 1012
#   "Service Restart", 1013 "Try Again Later" and 1014.
# Seen: of the codes 1000 to 1014 that may be sent the frame parser hands out 1000-1003 and 1007-1011. For 1012, 1013 and 1014 next returns nil, and error is
#   :unknown_close_code; neither the code nor the reason can be had. websockets reads all of them.
# Why it matters: servers close with 1012 before they restart, so that clients come back. With this parser a planned restart is a protocol error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-websocket=1.2.9-3 ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
gem=$(echo usr/share/rubygems-integration/all/gems/websocket-*/lib)
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0:$gem
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check websockets==12.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.rb <<'RUBY'
require "openssl"
require "socket"
require "websocket"

context = OpenSSL::SSL::SSLContext.new
context.set_params(ca_file: "cert.pem")
ARGV[1..].each do |code|
  socket = OpenSSL::SSL::SSLSocket.new(TCPSocket.new("localhost", ARGV[0].to_i), context)
  socket.hostname = "localhost"
  socket.connect
  handshake = WebSocket::Handshake::Client.new(url: "wss://localhost:#{ARGV[0]}/#{code}")
  socket.write(handshake.to_s)
  handshake << socket.readpartial(4096) until handshake.finished?
  parser = WebSocket::Frame::Incoming::Client.new(version: handshake.version)
  parser << handshake.leftovers.to_s
  until (frame = parser.next) || parser.error?
    parser << socket.readpartial(4096)
  end
  puts "#{code}: #{frame ? "#{frame.type} #{frame.code} #{frame}" : "#{frame.inspect} #{parser.error}"}"
  socket.close
end
RUBY
cat > find.py <<'PY'
import asyncio
import ssl
import sys

import websockets

CODES = 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014


async def close(connection):
    await connection.close(int(connection.path[1:]), "reason")


async def ask(port, code, context):
    async with websockets.connect(f"wss://localhost:{port}/{code}", ssl=context) as connection:
        try:
            await connection.recv()
        except websockets.ConnectionClosed as closed:
            return f"{code}: close {closed.rcvd.code} {closed.rcvd.reason}"


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    async with websockets.serve(close, "127.0.0.1", 0, ssl=context, close_timeout=1) as server:
        port = server.sockets[0].getsockname()[1]
        by_websockets = [await ask(port, code, ssl.create_default_context(cafile="cert.pem")) for code in CODES]
        ruby = await asyncio.create_subprocess_exec(
            "usr/bin/ruby3.1", "--disable-gems", "client.rb", str(port), *map(str, CODES), stdout=asyncio.subprocess.PIPE
        )
        by_ruby = (await ruby.communicate())[0].decode().splitlines()
    return by_websockets, by_ruby


by_websockets, by_ruby = asyncio.run(main())
for right, seen in zip(by_websockets, by_ruby):
    print(f"{seen}; by websockets {right}")
fine = [f"{code}: close {code} reason" for code in CODES]
sys.exit((by_websockets, by_ruby) != (fine, fine[:9] + [f"{code}: nil unknown_close_code" for code in CODES[9:]]))
PY
timeout 100 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
