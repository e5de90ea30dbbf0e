import { bloatFigures } from "./figures/bloat.js";
import { databaseFigures } from "./figures/database.js";
import { latencyFigures } from "./figures/latency.js";
import { memoryFigures } from "./figures/memory.js";
import { parkedFigures } from "./figures/parked.js";
import { peersFigures } from "./figures/peers.js";
import { sizeFigures } from "./figures/size.js";
import { startFigures } from "./figures/start.js";
import { wireFigures } from "./figures/wire.js";

/** Everything that is measured, in the order of the report. @type {import("./figure.js").Group[]} */
export const groups = [
  peersFigures,
  latencyFigures,
  bloatFigures,
  databaseFigures,
  sizeFigures,
  parkedFigures,
  wireFigures,
  startFigures,
  memoryFigures,
];
