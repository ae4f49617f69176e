// TLS by node:tls: OpenSSL in Node, BoringSSL in Bun. See README.md.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import tls from "node:tls";

const [role, directory, port, manner, runs] = process.argv.slice(2);
const paper = (name) => readFileSync(`${directory}/${name}.pem`);

function read(socket) {
  const digest = createHash("sha256");
  let count = 0;
  let reads = 0;
  let end = "closed";
  return new Promise((resolve) => {
    socket.on("data", (data) => {
      digest.update(data);
      count += data.length;
      reads += 1;
      if (manner === "talks" && reads % 4 === 0) socket.write("more\n");
    });
    socket.on("end", () => {
      end = "end";
      socket.end();
    });
    socket.on("error", (error) => {
      end = error.message;
    });
    socket.on("close", () => {
      console.log(`arrived ${count} ${digest.digest("hex")} ${end}`);
      resolve();
    });
  });
}

function obey(socket) {
  let data = Buffer.alloc(0);
  let end = "";
  let order, count;
  return new Promise((resolve) => {
    socket.on("data", (piece) => {
      data = Buffer.concat([data, piece]);
      if (!order && data.length >= 16) {
        [order, count] = data.toString("latin1", 0, 16).trim().split(/ +/);
        data = data.subarray(16);
        if (order === "end") socket.end();
      }
      if (order === "echo" && data.length >= count) socket.end(data);
    });
    socket.on("end", () => {
      end = "end";
      if (order !== "listen" || count === "0") return;
      const half = Buffer.alloc(count / 2);
      socket.write(half);
      setTimeout(() => socket.end(half), 100);
    });
    socket.on("error", (error) => {
      end += (end && ", then ") + error.message;
    });
    socket.on("close", () => {
      const digest = createHash("sha256").update(data).digest("hex");
      console.log(order ? `arrived ${data.length} ${digest} ${end || "closed"}` : `failed ${end || "closed"}`);
      resolve();
    });
  });
}

const { bun, node, openssl, boringssl } = process.versions;
console.log("version", bun ? `Bun ${bun}, BoringSSL ${boringssl}` : `Node.js ${node}, OpenSSL ${openssl}`);
const obeys = ["obeys", "demands"].includes(manner ?? port);

if (role === "server") {
  const demand = port === "demands" && { ca: paper("ca"), requestCert: true, rejectUnauthorized: true };
  const server = tls.createServer({ cert: paper("certificate"), key: paper("key"), ...demand }, obeys ? obey : read);
  server.on("tlsClientError", (error) => console.log(`failed ${error.message}`));
  server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
} else {
  const options = { host: "127.0.0.1", port, servername: "localhost", ca: paper("ca"), allowHalfOpen: !obeys };
  for (let run = 0; run < runs; run++) {
    const socket = tls.connect(options, () => {
      if (manner === "ends") socket.end("request\n");
      else socket.write("request\n");
    });
    await (obeys ? obey : read)(socket);
  }
}
