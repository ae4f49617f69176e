#!/bin/bash
# Yaws, a web server for Erlang: it writes the names of cookies in small letters, mixes SID with sid, and takes "example.org?a=b" or "jo@example.org" for
# a host.
#
# Versions: Yaws 2.1.1 (Debian 12: erlang-yaws 2.1.1+dfsg-2), Erlang/OTP 25.2.3 (erlang-base 1:25.2.3+dfsg-1+deb12u4), Python 3.11 to compare with. Wants
#   `apt-get update` beforehand.
# Expected: yaws_api(5): parse_set_cookie and parse_cookie are "following the RFC6265". Section 4.1.1 of it: cookie-name = token; section 5.3: a cookie is
#   replaced by one of the same name; only names of attributes are compared case-insensitively. RFC 3986, section 3.2: the authority is terminated by
#   "/", "?", "#" or the end, and may begin with userinfo and "@"; section 3.1: schemes are case-insensitive.
# Seen: parse_cookie("SID=x; sid=y") gives two cookies "sid". format_set_cookie(parse_set_cookie("SID=x")) is "sid=x". find_cookie_val("SID", ["sid=y;
#   SID=x"]) is "y". Of http://example.org?a=b the host is "example.org?a=b", of http://jo@example.org/ it is "jo@example.org"; HTTP://example.org/ and
#   wss: raise case_clause; a fragment stays in the query.
# Why it matters: JSESSIONID and PHPSESSID are in capitals: a program which keeps the cookies of another server with these functions sends back a name that
#   this server does not know, and is never logged in.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download erlang-base=1:25.2.3+dfsg-1+deb12u4 erlang-yaws=2.1.1+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$work/usr/lib/erlang#" usr/lib/erlang/bin/erl

cat > find.escript <<'ERL'
#!/usr/bin/env escript
show(Text, Call) ->
    Result = try Call() catch _:{Reason, _} -> Reason; _:Reason -> Reason end,
    io:format("yaws ~s: ~p~n", [Text, Result]).

main(_) ->
    [Directory] = filelib:wildcard("usr/lib/yaws-*/ebin"),
    code:add_pathz(Directory),
    show("JSESSIONID=x; Path=/, written again",
         fun() -> lists:flatten(yaws_api:format_set_cookie(yaws_api:parse_set_cookie("JSESSIONID=x; Path=/"))) end),
    show("SID=x; sid=y", fun() -> [{element(2, C), element(3, C)} || C <- yaws_api:parse_cookie("SID=x; sid=y")] end),
    show("SID in sid=y; SID=x", fun() -> yaws_api:find_cookie_val("SID", ["sid=y; SID=x"]) end),
    [show(Url, fun() -> yaws_api:parse_url(Url) end) || Url <- [
        "http://example.org/a?b", "http://example.org?a=b", "http://jo@example.org/", "http://example.org/a?b#c", "HTTP://example.org/",
        "wss://example.org/"]].
ERL
cat > find.py <<'PY'
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

print("Python SID=x; sid=y:", [(name, cookie.value) for name, cookie in SimpleCookie("SID=x; sid=y").items()])
for url in ("http://example.org?a=b", "http://jo@example.org/"):
    print(f"Python {url}:", urlsplit(url).hostname)
PY
{
    timeout 20 python3 find.py
    HOME=$work timeout 60 usr/lib/erlang/bin/escript find.escript
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Python SID=x; sid=y: [('SID', 'x'), ('sid', 'y')]
Python http://example.org?a=b: example.org
Python http://jo@example.org/: example.org
yaws JSESSIONID=x; Path=/, written again: "jsessionid=x; Path=/"
yaws SID=x; sid=y: [{"sid","x"},{"sid","y"}]
yaws SID in sid=y; SID=x: "y"
yaws http://example.org/a?b: {url,http,"example.org",undefined,"/a","b"}
yaws http://example.org?a=b: {url,http,"example.org?a=b",undefined,"/",[]}
yaws http://jo@example.org/: {url,http,"jo@example.org",undefined,"/",[]}
yaws http://example.org/a?b#c: {url,http,"example.org",undefined,"/a","b#c"}
yaws HTTP://example.org/: case_clause
yaws wss://example.org/: case_clause
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
