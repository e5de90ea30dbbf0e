/** The bytes of the heap that something still needs; Node runs with `--expose-gc`. */
export function heldBytes() {
  global.gc();
  return process.memoryUsage().heapUsed;
}
