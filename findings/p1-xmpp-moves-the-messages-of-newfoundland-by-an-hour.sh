#!/bin/bash
# ejabberd's xmpp library (p1_xmpp): "2027-01-11T09:00:00-03:30" is 11:30 UTC and not 12:30, as are all times west of Greenwich with half an hour.
#
# Versions: p1_xmpp 1.6.1 (Debian 12: erlang-p1-xmpp 1.6.1-1), Erlang/OTP 25.2.3 (erlang-base 1:25.2.3+dfsg-1+deb12u4), Python 3.11's datetime for
#   comparison. Wants `apt-get update` beforehand.
# Expected: XEP-0082, section 3.2: a time zone definition is Z or "(+|-)hh:mm". RFC 3339, section 4.2, on which it is based: an offset of -03:30
#   means that UTC is three and a half hours later, which for 9:00 is 12:30.
# Seen: xmpp_util:decode_timestamp() applies the sign to the hours only, and adds the minutes in the other direction: -03:30 is as -02:30, -09:30 as
#   -08:30. East of Greenwich, and with whole hours, all is well.
# Why it matters: the time of delayed and archived messages (XEP-0203, XEP-0313) of clients in Newfoundland is an hour off, and their order is
#   another.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download erlang-p1-xmpp=1.6.1-1 erlang-base=1:25.2.3+dfsg-1+deb12u4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$work/usr/lib/erlang#" usr/lib/erlang/bin/erl

cat > find.escript <<'ERLANG'
#!/usr/bin/env escript
main(Times) ->
    lists:foreach(
        fun(Time) ->
            {Mega, Seconds, _} = xmpp_util:decode_timestamp(list_to_binary(Time)),
            io:format("~b~n", [Mega * 1000000 + Seconds])
        end,
        Times
    ).
ERLANG
cat > find.py <<'PY'
import os
import subprocess
from datetime import datetime, timezone

TIMES = [f"2027-01-11T09:00:00{zone}" for zone in ("Z", "+05:30", "+12:45", "-05:00", "-03:30", "-09:30")]
environment = {**os.environ, "ERL_LIBS": f"{os.getcwd()}/usr/lib/erlang/lib", "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}
command = ["usr/lib/erlang/bin/escript", "find.escript", *TIMES]
result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
for time, seen in zip(TIMES, result.stdout.splitlines()):
    right = datetime.fromisoformat(time).astimezone(timezone.utc)
    print(f"{time}: datetime {right:%H:%M} UTC, p1_xmpp {datetime.fromtimestamp(int(seen), timezone.utc):%H:%M} UTC")
PY
timeout 90 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
2027-01-11T09:00:00Z: datetime 09:00 UTC, p1_xmpp 09:00 UTC
2027-01-11T09:00:00+05:30: datetime 03:30 UTC, p1_xmpp 03:30 UTC
2027-01-11T09:00:00+12:45: datetime 20:15 UTC, p1_xmpp 20:15 UTC
2027-01-11T09:00:00-05:00: datetime 14:00 UTC, p1_xmpp 14:00 UTC
2027-01-11T09:00:00-03:30: datetime 12:30 UTC, p1_xmpp 11:30 UTC
2027-01-11T09:00:00-09:30: datetime 18:30 UTC, p1_xmpp 17:30 UTC
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
