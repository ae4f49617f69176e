#!/bin/bash
# ippx: the job for which wait_for_job() has waited comes back with the number 0, and cancelling or asking for it concerns no job.
#
# Versions: ippx 0.1.1, httpx 0.28.1 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: RFC 8011, section 4.3.4: with "requested-attributes" the printer returns those, and no others; job-id is from 1 up (section 5.3.2). Its
#   documentation: wait_for_job(job.job_id) polls Get-Job-Attributes and returns the Job, which has job_id, name and uri.
# Seen: over ipps, print_job() returns job 42. wait_for_job(42) asks for "job-state" and "job-state-reasons" alone, and what it gets has no job-id, for which
#   it puts 0: Job(job_id=0, state=COMPLETED). get_job_attributes(result.job_id) then asks the printer for job 0.
# Why it matters: programs that wait for several jobs, and keep them by their number, mix them up, and logs tell of job 0.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ippx==0.1.1 httpx==0.28.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import http.server
import ssl
import sys
import threading

import ippx
from ippx import Attribute, IppMessage, Tag

STATE = {
    "job-id": Attribute("job-id", Tag.INTEGER, [42]),
    "job-state": Attribute("job-state", Tag.ENUM, [9]),
    "job-state-reasons": Attribute("job-state-reasons", Tag.KEYWORD, ["job-completed-successfully"]),
}
asked = []


class Printer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = ippx.decode(self.rfile.read(int(self.headers["Content-Length"])))
        operation = {item.name: item.values for item in request.groups[0][1]}
        wanted = operation.get("requested-attributes", list(STATE))
        if "job-id" in operation:
            asked.append((operation["job-id"][0], wanted))
        head = [
            Attribute("attributes-charset", Tag.CHARSET, ["utf-8"]),
            Attribute("attributes-natural-language", Tag.NATURAL_LANGUAGE, ["en"]),
        ]
        groups = [(Tag.OPERATION_ATTRS, head), (Tag.JOB_ATTRS, [STATE[name] for name in wanted])]
        body = ippx.encode(IppMessage((2, 0), 0, request.request_id, groups))
        self.send_response(200)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
server = http.server.ThreadingHTTPServer(("localhost", 0), Printer)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()

url = f"ipps://localhost:{server.server_address[1]}/ipp/print"
with ippx.IppClient(url, tls=ippx.TlsConfig(verify="cert.pem")) as client:
    job = client.print_job(b"Hello", document_format="text/plain")
    done = client.wait_for_job(job.job_id)
    client.get_job_attributes(done.job_id)
print("printed:", job.job_id)
print("waited for:", done.job_id, done.state.name)
print("the printer was asked for:", *asked)
sys.exit((job.job_id, done.job_id, [number for number, _ in asked]) != (42, 0, [42, 0]))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
