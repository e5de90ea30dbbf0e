/*
 * The process of a contestant: `node process.js <module> <url>`. It says `ready`, then answers one
 * order after the other, and ends with whoever started it, however that ends.
 */

const [module, url] = process.argv.slice(2);

async function tell(work) {
  try {
    process.send({ result: await work() });
  } catch (error) {
    process.send({ error: error?.stack ?? String(error) });
  }
}

process.once("disconnect", () => process.exit());

let contestant;
await tell(async () => {
  const { open } = await import(module);
  contestant = await open(url);
});
process.on("message", ({ method, parameters }) => tell(() => contestant[method](...parameters)));
