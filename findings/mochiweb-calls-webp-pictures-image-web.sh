#!/bin/bash
# Erlang's MochiWeb: a .webp file is served as "image/web", a .webm film as "video/web", a .json file as plain text, and a quoted semicolon ends a value.
#
# Versions: MochiWeb 3.1.1 (Debian 12: erlang-mochiweb 3.1.1-1), Erlang/OTP 25.2.3 (erlang-base 1:25.2.3+dfsg-1+deb12u4), Python 3.11's email. Wants
#   `apt-get update` beforehand.
# Expected: IANA's registry of media types: image/webp (RFC 9649) and application/json (RFC 8259); WebM's container guidelines: video/webm. RFC
#   9110, sections 5.6.4 and 5.6.6: a semicolon in a quoted string is a character of it. RFC 9110, section 14.1: "Range units ... are
#   case-insensitive".
# Seen: mochiweb_mime:from_extension() has the types image/web and video/web, and none for json and woff2, for which mochiweb_util:guess_mime() says
#   text/plain. mochiweb_util:parse_header() ends the name "report; final.pdf" at the semicolon, and so the boundary "a;b". "Bytes=0-1" is no range.
# Why it matters: with "X-Content-Type-Options: nosniff" no browser shows such a picture; an upload is stored under half of its name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download erlang-mochiweb=3.1.1-1 erlang-base=1:25.2.3+dfsg-1+deb12u4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$work/usr/lib/erlang#" usr/lib/erlang/bin/erl

cat > find.escript <<'ERLANG'
#!/usr/bin/env escript
main(_) ->
    [
        io:format("~s: ~p, guessed ~s~n", [Name, mochiweb_mime:from_extension(filename:extension(Name)), mochiweb_util:guess_mime(Name)])
     || Name <- ["a.png", "a.webp", "a.webm", "a.json", "a.woff2"]
    ],
    [
        io:format("~s: ~p~n", [Header, mochiweb_util:parse_header(Header)])
     || Header <- ["form-data; name=\"file\"; filename=\"report; final.pdf\"", "multipart/form-data; boundary=\"a;b\""]
    ],
    [io:format("~s: ~p~n", [Range, mochiweb_http:parse_range_request(Range)]) || Range <- ["bytes=0-1", "Bytes=0-1"]].
ERLANG
export ERL_LIBS=$work/usr/lib/erlang/lib LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
{
    timeout 60 usr/lib/erlang/bin/escript find.escript
    timeout 20 python3 - <<'PY'
from email.message import Message

message = Message()
message["Content-Disposition"] = 'form-data; name="file"; filename="report; final.pdf"'
message["Content-Type"] = 'multipart/form-data; boundary="a;b"'
print("email:", message.get_filename(), "|", message.get_boundary())
PY
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a.png: "image/png", guessed image/png
a.webp: "image/web", guessed image/web
a.webm: "video/web", guessed video/web
a.json: undefined, guessed text/plain
a.woff2: undefined, guessed text/plain
form-data; name="file"; filename="report; final.pdf": {"form-data",
                                                       [{"name","file"},
                                                        {"filename",
                                                         "report"}]}
multipart/form-data; boundary="a;b": {"multipart/form-data",
                                      [{"boundary","a"}]}
bytes=0-1: [{0,1}]
Bytes=0-1: fail
email: report; final.pdf | a;b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
