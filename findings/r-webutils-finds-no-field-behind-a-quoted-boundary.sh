#!/bin/bash
# R's webutils: a form whose boundary is in quotation marks has no fields, "token=YQ==" has the value "YQ", and application/vnd.api+json is refused.
#
# Versions: webutils 1.1 (Debian 12: r-cran-webutils 1.1-1+b1, r-cran-curl 5.0.0+dfsg-1, r-cran-jsonlite 1.8.4+dfsg-1), R 4.2.2 (r-base-core
#   4.2.2.20221110-2), Python 3.11's email and urllib for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 9110, section 5.6.6: "a parameter value that matches the token production can be transmitted either as a token or within a
#   quoted-string". Section 8.3.1: type and subtype are case-insensitive. WHATWG URL, section 5.1: the name ends at the first "=", the value is all
#   behind it. RFC 6839, section 3.1: +json is JSON. RFC 9110, section 5.6.4: \" in a quoted string is a quotation mark.
# Seen: parse_http() with boundary="b1" returns an empty list, and no error. parse_query() ends values at their second "=", and has NA for an empty
#   one. Application/JSON and application/vnd.api+json are "Unsupported Content-Type". A file's name keeps the backslashes of its quotation marks.
# Why it matters: web services in R (OpenCPU, httpuv's examples) get empty forms from clients that quote, and tokens without their end.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download r-base-core=4.2.2.20221110-2 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 libpaper1=1.1.29 \
    r-cran-webutils=1.1-1+b1 r-cran-curl=5.0.0+dfsg-1 r-cran-jsonlite=1.8.4+dfsg-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.R <<'R'
.libPaths(c("usr/lib/R/site-library", "usr/lib/R/library"))
library(webutils)
form <- 'Content-Disposition: form-data; name="file"; filename="my \\"new\\" file.txt"'
form <- charToRaw(paste0("--b1\r\n", form, "\r\n\r\ntext\r\n--b1--\r\n"))
for (boundary in c("boundary=b1", 'boundary="b1"')) {
    fields <- parse_http(form, paste0("multipart/form-data; ", boundary))
    cat("webutils ", boundary, ": ", length(fields), " fields\n", sep = "")
}
cat("webutils:", parse_multipart(form, "b1")$file$filename, "\n")
for (query in c("token=YQ%3D%3D", "token=YQ==", "token=")) cat("webutils ", query, ": ", parse_query(query)$token, "\n", sep = "")
for (type in c("application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json")) {
    seen <- tryCatch(parse_http(charToRaw('{"a": 1}'), type)$a, error = conditionMessage)
    cat("webutils ", type, ": ", seen, "\n", sep = "")
}
R
cat > find.py <<'PY'
import email
from email.message import Message
from urllib.parse import parse_qsl

for boundary in ("boundary=b1", 'boundary="b1"'):
    part = '--b1\nContent-Disposition: form-data; filename="my \\"new\\" file.txt"\n\ntext\n--b1--\n'
    mail = email.message_from_string(f"Content-Type: multipart/form-data; {boundary}\n\n{part}")
    print(f"email {boundary}: {len(mail.get_payload())} fields")
print("email:", mail.get_payload()[0].get_filename())
for query in ("token=YQ%3D%3D", "token=YQ==", "token="):
    print(f"urllib {query}: {dict(parse_qsl(query, keep_blank_values=True))['token']}")
PY
export R_HOME=$work/usr/lib/R R_SHARE_DIR=$work/usr/share/R/share EDITOR=vi PAGER=cat LC_ALL=C.UTF-8
libraries=$work/usr/lib/x86_64-linux-gnu
{
    timeout 30 python3 find.py
    LD_LIBRARY_PATH=$libraries:$libraries/blas:$libraries/lapack:$R_HOME/lib timeout 60 usr/lib/R/bin/exec/R --vanilla -s -f find.R 2>r.log |
        grep -v 'system Renviron'
} >seen || true
cat seen
cat > expected <<'TEXT'
email boundary=b1: 1 fields
email boundary="b1": 1 fields
email: my "new" file.txt
urllib token=YQ%3D%3D: YQ==
urllib token=YQ==: YQ==
urllib token=: 
webutils boundary=b1: 1 fields
webutils boundary="b1": 0 fields
webutils: my \"new\" file.txt 
webutils token=YQ%3D%3D: YQ==
webutils token=YQ==: YQ
webutils token=: NA
webutils application/json; charset=utf-8: 1
webutils Application/JSON: Unsupported Content-Type: Application/JSON
webutils application/vnd.api+json: Unsupported Content-Type: application/vnd.api+json
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
