// PGlite on a folder, with buffers of the size that the fleet gives it, and as little HTTP as says that it is open.
import { createServer } from "node:http";
import { PGlite } from "@electric-sql/pglite";

const pglite = await PGlite.create(process.argv[2], { startParams: [...PGlite.defaultStartParams, "-c", "shared_buffers=16MB"] });
await pglite.query("select count(*) from jobs");
const server = createServer((_request, reply) => reply.end());
server.listen(0, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${server.address().port}`));
