#!/bin/bash
# Erlang's inets: the date "Sunday, 06-Nov-94 08:49:37 GMT" is in 2094, and to If-Modified-Since with it the server says 304, not modified, for ever.
#
# Versions: inets 8.2.2 of Erlang/OTP 25.2.3 (Debian 12: erlang-base, erlang-inets 1:25.2.3+dfsg-1+deb12u4), Python 3.11 as the client. Wants
#   `apt-get update` beforehand.
# Expected: RFC 9110, section 5.6.7: "A recipient that parses a timestamp value in an HTTP field MUST accept all three HTTP-date formats";
#   recipients of the rfc850-date format "MUST interpret a timestamp that appears to be more than 50 years in the future as representing the most
#   recent year in the past that had the same last two digits".
# Seen: httpd_util:convert_request_date() adds 2000 to each year of two digits: 94 is 2094, and 70 is 2070. The other two formats are read well.
#   With mod_responsecontrol a file that has changed since 1994 is 200 for them, and 304 for that one, without a content.
# Why it matters: a client that uses the format, or a cache that passes it on, never gets the newer file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {erlang-base,erlang-inets}=1:25.2.3+dfsg-1+deb12u4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$work/usr/lib/erlang#" usr/lib/erlang/bin/erl

cat > find.escript <<'ERLANG'
#!/usr/bin/env escript
main(Dates) ->
    [io:format("~s: ~p~n", [Date, httpd_util:convert_request_date(Date)]) || Date <- Dates],
    ok = inets:start(),
    {ok, Server} = inets:start(httpd, [
        {port, 0}, {bind_address, {127, 0, 0, 1}}, {server_name, "localhost"}, {server_root, "."}, {document_root, "files"},
        {modules, [mod_responsecontrol, mod_get]}
    ]),
    [{port, Port}] = httpd:info(Server, [port]),
    io:format("port ~b~n", [Port]),
    io:get_line("").
ERLANG
mkdir files
echo text >files/file.txt
cat > find.py <<'PY'
import http.client
import os
import subprocess
from email.utils import parsedate_to_datetime

DATES = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sunday, 06-Nov-94 08:49:37 GMT"]
environment = {**os.environ, "ERL_LIBS": f"{os.getcwd()}/usr/lib/erlang/lib", "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}
command = ["usr/lib/erlang/bin/escript", "find.escript", *DATES]
server = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
for date in DATES:
    print(f"inets: {server.stdout.readline().strip()}; email: {parsedate_to_datetime(date).year}")
port = int(server.stdout.readline().split()[1])
for date in DATES:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/file.txt", headers={"If-Modified-Since": date})
    response = connection.getresponse()
    print(f"If-Modified-Since: {date}: {response.status} {response.read()}")
    connection.close()
server.communicate("\n", timeout=20)
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
inets: Sun, 06 Nov 1994 08:49:37 GMT: {{1994,11,6},{8,49,37}}; email: 1994
inets: Sun Nov  6 08:49:37 1994: {{1994,11,6},{8,49,37}}; email: 1994
inets: Sunday, 06-Nov-94 08:49:37 GMT: {{2094,11,6},{8,49,37}}; email: 1994
If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT: 200 b'text\n'
If-Modified-Since: Sun Nov  6 08:49:37 1994: 200 b'text\n'
If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT: 304 b''
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
