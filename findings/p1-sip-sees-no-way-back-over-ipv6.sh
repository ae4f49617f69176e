#!/bin/bash
# Erlang's p1_sip, the SIP of ejabberd: of "Via: SIP/2.0/TLS [2001:db8::1]:5061" nothing is left, and "sip:jo@[2001:db8::1]" is no address of a person.
#
# Versions: p1_sip 1.0.49 (Debian 12: erlang-p1-sip 1.0.49-1), Erlang/OTP 25.2.3 (erlang-base 1:25.2.3+dfsg-1+deb12u4). Wants `apt-get update` beforehand.
# Expected: RFC 3261, section 25.1: the host of a SIP URI and of a Via field is a name, an IPv4 address, or an IPv6 address in brackets; section 18.2.2: the
#   response goes where the first Via says.
# Seen: decode_uri() says "error" for sip:jo@[2001:db8::1] with and without port, and a request to it is refused with bad_start_line_uri. Of two
#   Via fields the first, with an IPv6 address, is left out without an error, so that the next hop's seems to be the first; a Contact with one stays a
#   text that was not read. With names and IPv4 addresses in their places all of them are read.
# Why it matters: telephones in IPv6 networks write their address into Via and Contact; the server cannot answer them, or answers
#   somebody else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download erlang-p1-sip=1.0.49-1 erlang-base=1:25.2.3+dfsg-1+deb12u4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$work/usr/lib/erlang#" usr/lib/erlang/bin/erl

cat > find.escript <<'ERLANG'
#!/usr/bin/env escript
main(_) ->
    [hosts(Host) || Host <- ["example.org", "192.0.2.1", "[2001:db8::1]"]].

hosts(Host) ->
    case esip_codec:decode_uri(iolist_to_binary(["sip:jo@", Host, ":5061"])) of
        error -> io:format("~s~n    sip:jo@...: error~n", [Host]);
        Uri -> io:format("~s~n    sip:jo@...: host ~s, port ~p~n", [Host, element(5, Uri), element(6, Uri)])
    end,
    case esip_codec:decode(iolist_to_binary(["OPTIONS sip:jo@", Host, " SIP/2.0\r\n\r\n"])) of
        {error, Reason} -> io:format("    a request to it: error, ~p~n", [Reason]);
        {ok, _} -> io:format("    a request to it: read~n")
    end,
    Via = ["Via: SIP/2.0/TLS ", Host, ":5061;branch=z9hG4bK1, SIP/2.0/UDP b.example.org;branch=z9hG4bK2\r\n"],
    {ok, Sip} = esip_codec:decode(iolist_to_binary(["OPTIONS sip:jo@example.org SIP/2.0\r\n", Via, "\r\n"])),
    [{via, Hops}] = element(5, Sip),
    io:format("    Via: ~p~n", [[element(5, Hop) || Hop <- Hops]]),
    {ok, Other} = esip_codec:decode(iolist_to_binary(["OPTIONS sip:jo@example.org SIP/2.0\r\nContact: <sip:jo@", Host, ">\r\n\r\n"])),
    [{_, Contact}] = element(5, Other),
    io:format("    Contact: ~s~n", [case Contact of [{_, Address, _}] -> element(5, Address); _ -> [Contact, ", not read"] end]).
ERLANG
ERL_LIBS=$work/usr/lib/erlang/lib LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu timeout 60 usr/lib/erlang/bin/escript find.escript >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
example.org
    sip:jo@...: host example.org, port 5061
    a request to it: read
    Via: [<<"example.org">>,<<"b.example.org">>]
    Contact: example.org
192.0.2.1
    sip:jo@...: host 192.0.2.1, port 5061
    a request to it: read
    Via: [<<"192.0.2.1">>,<<"b.example.org">>]
    Contact: 192.0.2.1
[2001:db8::1]
    sip:jo@...: error
    a request to it: error, bad_start_line_uri
    Via: [<<"b.example.org">>]
    Contact: <sip:jo@[2001:db8::1]>, not read
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
