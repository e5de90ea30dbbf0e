/*
 * Loaded into a process before anything else (`node --import`), it makes the clock of that process wrong by
 * `CHAOS_CLOCK_OFFSET_MS`: `Date.now()` and `new Date()`. Timers and the monotonic clock go on as they are,
 * as they do on a machine whose clock is wrong.
 */

const offsetMs = Number(process.env["CHAOS_CLOCK_OFFSET_MS"] ?? 0);
const trueNow = Date.now;
const now = () => trueNow() + offsetMs;

Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  apply: (target) => new target(now()).toString(),
});
