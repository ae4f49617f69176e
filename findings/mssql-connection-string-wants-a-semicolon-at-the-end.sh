#!/bin/bash
# mssql-connection-string: without a semicolon at the very end a connection string is refused, and so is a password with an equals sign.
#
# Versions: mssql-connection-string 0.3.2, @tediousjs/connection-string 1.1.0 to compare with (npm), Node.js.
# Expected: Microsoft's documentation of SqlConnection.ConnectionString: pairs are separated by semicolons, so that the last pair needs
#   none; a value may hold an equals sign as it is, and is put into quotation marks for a semicolon.
# Seen: "...;Password=abc" raises 'Expected ";", [ ], or [^;=] but end of input found.', and "...;Password=a=b;" 'but "=" found'; in
#   quotation marks it is read. @tediousjs/connection-string, which the SQL Server driver uses, reads them all.
# Why it matters: a connection string that works with the drivers themselves is refused for what stands, or does not stand, at its end.
#   Passwords made at random, and Base64, have equals signs, and whoever writes them into a variable does not think of quotation marks that
#   no other reader needs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mssql-connection-string@0.3.2 @tediousjs/connection-string@1.1.0 >npm.log 2>&1

cat > find.js <<'JS'
const { parse } = require("@tediousjs/connection-string");
const mssql = require("mssql-connection-string");

const start = "Data Source=tcp:db.example.org,1433;Initial Catalog=numbers;User Id=jo;";
const ends = ["Password=abc;", "Password=abc", "Password=abc;Encrypt=true", "Password=a=b;", "Password=YWJj==;", 'Password="a=b";'];
for (const end of ends) {
  let seen;
  try {
    seen = mssql(start + end).password;
  } catch (error) {
    seen = error.message;
  }
  console.log(`${end}\n    @tediousjs/connection-string: ${parse(start + end).get("password")}; mssql-connection-string: ${seen}`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
Password=abc;
    @tediousjs/connection-string: abc; mssql-connection-string: abc
Password=abc
    @tediousjs/connection-string: abc; mssql-connection-string: Expected ";", [ ], or [^;=] but end of input found.
Password=abc;Encrypt=true
    @tediousjs/connection-string: abc; mssql-connection-string: Expected ";", [ ], or [^;=] but end of input found.
Password=a=b;
    @tediousjs/connection-string: a=b; mssql-connection-string: Expected ";", [ ], or [^;=] but "=" found.
Password=YWJj==;
    @tediousjs/connection-string: YWJj==; mssql-connection-string: Expected ";", [ ], or [^;=] but "=" found.
Password="a=b";
    @tediousjs/connection-string: a=b; mssql-connection-string: a=b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
