/**
 * Ends everything that is overdue, `batchSize` at a time, and says how much of it this call has ended.
 *
 * Any number of instances may sweep at the same time: `end` says whether it was the one that ended an item. What fails is
 * thrown once its whole batch has settled, so that nothing goes on behind the back of a fleet that closes.
 */
export async function sweep<Item>(
  findOverdue: (limit: number) => Promise<readonly Item[]>,
  end: (item: Item) => Promise<boolean>,
  batchSize: number,
): Promise<number> {
  let ended = 0;
  for (;;) {
    const overdue = await findOverdue(batchSize);
    const outcomes = await Promise.allSettled(overdue.map(end));
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    const done = outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value).length;
    ended += done;
    // With none done, others are at it: what they leave is for the next sweep.
    if (overdue.length < batchSize || done === 0) return ended;
  }
}
