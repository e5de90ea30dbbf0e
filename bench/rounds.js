/**
 * How long each side runs in a round, how many rounds there are, how long a server is warmed up before, and how many
 * jobs are many. The load generator cannot do less than a second.
 */
export const lengths = {
  full: { roundMs: 1_000, rounds: 5, warmUpMs: 5_000, manyJobs: 10_000_000 },
  quick: { roundMs: 1_000, rounds: 1, warmUpMs: 1_000, manyJobs: 100_000 },
};

/**
 * Runs two or more sides in turn, several times, so that whatever else the machine does meets
 * them alike; each side is a function that runs for `roundMs` and returns operations a second.
 * Returns the median of each side.
 */
export async function runRounds(sides, { roundMs, rounds }) {
  const results = sides.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      const perSecond = await side(roundMs);
      // The first round warms up.
      if (round > 0) results[index].push(perSecond);
    }
  }
  return results.map(median);
}

/** Lets `callers` call `work` one after the other for `roundMs`; returns calls a second. */
export async function callFor(roundMs, callers, work) {
  const start = performance.now();
  let calls = 0;
  const call = async () => {
    while (performance.now() - start < roundMs) {
      await work();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return (calls * 1_000) / (performance.now() - start);
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
