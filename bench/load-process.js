// Sends one request over and over, as it is told to, and says how many replies came.
import autocannon from "autocannon";

process.on("message", async (options) => {
  const { requests, errors, non2xx } = await autocannon(options);
  process.send({ replies: requests.total, failures: errors + non2xx });
});
