import { databaseFigures } from "./figures/database.js";
import { lifeFigures } from "./figures/life.js";
import { memoryFigures } from "./figures/memory.js";
import { parkedFigures } from "./figures/parked.js";
import { wireFigures } from "./figures/wire.js";

/** Everything that is measured, in the order of the report. @type {import("./figure.js").Group[]} */
export const groups = [databaseFigures, lifeFigures, parkedFigures, wireFigures, memoryFigures];
