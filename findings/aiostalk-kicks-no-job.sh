#!/bin/bash
# aiostalk (beanstalkd): kick_job() sends nothing, and the job stays buried, without an error.
#
# Versions: aiostalk 1.3.1, greenstalk 2.1.1 for comparison (PyPI), Python 3.11, beanstalkd 1.12 (Debian 12: 1.12-2+b1). Wants `apt-get update` beforehand.
# Expected: aiostalk's README refers to greenstalk's documentation, and its own docstring of kick_job() is: "Moves a delayed or buried job into the ready
#   queue." beanstalkd's protocol: "kick-job" is answered with KICKED, or with NOT_FOUND if there is no such job, or it can't be kicked.
# Seen: `await client.kick_job(job)` returns None, and the job is still buried; of a delayed one the same. For a job that does not exist it returns None as
#   well. The coroutine that would send the command is made and never awaited: Python prints a RuntimeWarning at some later time. With kick_job() of
#   greenstalk, which has the same interface for threads, the job is ready, and for the missing one there is NotFoundError.
# Why it matters: jobs that have failed, and that an operator has put back into the queue, are never done. kick(), which counts jobs, works.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download beanstalkd=1.12-2+b1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x beanstalkd_*.deb .
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiostalk==1.3.1 greenstalk==2.1.1

cat > find.py <<'PY'
import asyncio
import socket
import subprocess
import sys
import time
import warnings

import aiostalk
import greenstalk

warnings.simplefilter("ignore", RuntimeWarning)  # "coroutine 'Client._send_cmd' was never awaited"


async def with_aiostalk(address):
    async with aiostalk.Client(address) as client:
        await client.put("buried")
        buried = await client.reserve()
        await client.bury(buried)
        delayed = await client.put("delayed", delay=1000)
        result = [await client.kick_job(job) for job in (buried, delayed, 999)]
        states = [(await client.stats_job(job))["state"] for job in (buried, delayed)]
    return buried.id, delayed, (result, states)


def with_greenstalk(address, jobs):
    with greenstalk.Client(address) as client:
        for job in jobs:
            client.kick_job(job)
        states = [client.stats_job(job)["state"] for job in jobs]
        try:
            client.kick_job(999)
        except greenstalk.NotFoundError as error:
            return states, type(error).__name__


with socket.create_server(("127.0.0.1", 0)) as free:
    address = free.getsockname()
server = subprocess.Popen(["usr/bin/beanstalkd", "-l", address[0], "-p", str(address[1])])
try:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(address).close()
            break
        except OSError:
            time.sleep(0.05)
    *jobs, first = asyncio.run(with_aiostalk(address))
    second = with_greenstalk(address, jobs)
finally:
    server.terminate()
    server.wait()
print(f"aiostalk's kick_job() of a buried, a delayed and a missing job: {first[0]}; states: {first[1]}")
print(f"greenstalk's: states {second[0]}; of the missing one {second[1]}")
sys.exit(not (first == ([None] * 3, ["buried", "delayed"]) and second == (["ready", "ready"], "NotFoundError")))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
