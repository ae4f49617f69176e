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

if (role === "server") {
  const server = tls.createServer({ cert: paper("certificate"), key: paper("key") }, read);
  server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
} else {
  const options = { host: "127.0.0.1", port, servername: "localhost", ca: paper("ca"), allowHalfOpen: true };
  for (let run = 0; run < runs; run++) {
    const socket = tls.connect(options, () => {
      if (manner === "ends") socket.end("request\n");
      else socket.write("request\n");
    });
    await read(socket);
  }
}
