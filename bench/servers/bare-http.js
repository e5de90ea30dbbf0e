// A server that does nothing but send as many bytes of JSON as a job has, and reads what it is sent.
import { createServer } from "node:http";

const body = process.argv[2];
const headers = { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) };

const server = createServer((request, reply) => {
  request.resume().on("end", () => reply.writeHead(200, headers).end(body));
});
server.listen(0, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${server.address().port}`));
