import { median } from "../rounds.js";

const dayMs = 86_400_000;

/** What a list of jobs can be asked for: what many jobs have, what few have, and what hardly any has. */
const jobChoices = {
  status: [
    ["pending"],
    ["running"],
    ["pending_hitl"],
    ["completed"],
    ["failed"],
    ["cancelled"],
    ["pending", "running"],
    ["failed", "cancelled"],
  ],
  type: ["report", "export", "audit"],
  userId: ["robot", "user 7"],
  tag: ["monthly", "customer 7", "incident"],
  created: ["in a day half a year ago"],
};

const inboxChoices = {
  type: ["review"],
  jobType: ["report", "export", "audit"],
  userId: ["robot", "user 7"],
  assignee: ["person 7"],
  dueBefore: [new Date(Date.now() + 5 * dayMs)],
};

/** How often a page is read, and one that takes about as long as a page may: so short a time is often lengthened by something else. */
const reads = { few: 5, many: 25 };
const closeMs = 3.5;
/** One that takes so long twice needs no more: once it may have waited for the disk. */
const tooLongMs = 100;

/**
 * Reads a page near the start, in the middle and at the end of the list of jobs for every combination of filters.
 *
 * @returns {AsyncGenerator<{ name: string, filters: number, ms: number }>}
 */
export async function* jobPages(fleet, { oldest, newest }) {
  const halfAYearAgo = newest - 182 * dayMs;
  for (const { created, ...filter } of combinations(jobChoices)) {
    const day = { createdAfter: new Date(halfAYearAgo), createdBefore: new Date(halfAYearAgo + dayMs) };
    const wanted = created === undefined ? filter : { ...filter, ...day };
    const [from, to] = created === undefined ? [oldest, newest] : [halfAYearAgo, halfAYearAgo + dayMs];
    yield* pagesOf({ ...filter, created }, async (place) => {
      const cursor = place === undefined ? undefined : await cursorAt(fleet, wanted, new Date(from + (to - from) * place));
      return cursor === null ? undefined : () => fleet.jobs.list({ ...wanted, cursor });
    });
  }
}

/** The cursor of the page after an instant, null when there is none. */
async function cursorAt(fleet, filter, instant) {
  const { nextCursor } = await fleet.jobs.list({ ...filter, createdBefore: instant, limit: 1 });
  return nextCursor;
}

/** The same of the inbox, whose pages have to be turned. */
export async function* inboxPages(fleet) {
  for (const filter of combinations(inboxChoices)) {
    const cursors = [undefined];
    for (;;) {
      const { nextCursor } = await fleet.prompts.inbox({ ...filter, cursor: cursors.at(-1) });
      if (nextCursor === null) break;
      cursors.push(nextCursor);
    }
    yield* pagesOf(filter, (place = 1) => {
      const cursor = cursors[Math.round((cursors.length - 1) * (1 - place))];
      return () => fleet.prompts.inbox({ ...filter, cursor });
    });
  }
}

async function* pagesOf(filter, open) {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const name = given.length === 0 ? "all" : given.map(([key, value]) => `${key} ${presentValue(value)}`).join(", ");
  for (const [page, place] of [
    ["first", undefined],
    ["middle", 0.5],
    ["last", 0.001],
  ]) {
    const read = await open(place);
    if (read !== undefined) yield { name: `${name}, ${page} page`, filters: given.length, ms: await timeReads(read) };
  }
}

async function timeReads(read) {
  const times = [];
  const readUntil = async (count) => {
    while (times.length < count) {
      const start = performance.now();
      await read();
      times.push(performance.now() - start);
    }
  };
  await readUntil(2);
  if (Math.min(...times) > tooLongMs) return Math.min(...times);
  await readUntil(reads.few);
  if (median(times) > closeMs) await readUntil(reads.many);
  return median(times);
}

function combinations(choices) {
  return Object.entries(choices).reduce(
    (filters, [key, values]) => filters.flatMap((filter) => [filter, ...values.map((value) => ({ ...filter, [key]: value }))]),
    [{}],
  );
}

function presentValue(value) {
  return value instanceof Date ? "in 5 days" : Array.isArray(value) ? value.join(" or ") : value;
}
