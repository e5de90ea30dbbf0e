import { describe } from "vitest";
import { describeCheckpoints } from "./conformance/checkpoints.ts";
import { describeFailures } from "./conformance/failures.ts";
import { describeHandlers } from "./conformance/handlers.ts";
import { describeLostLeases } from "./conformance/lost-leases.ts";
import { describeQuestions } from "./conformance/questions.ts";
import { describeSleeps } from "./conformance/sleeps.ts";
import { describeStops } from "./conformance/stops.ts";
import { layGround } from "./ground.ts";
import type { Stage } from "./stage.ts";

/** Registers what holds of a worker and its handlers, through whichever door they reach the fleet. */
export function describeWorker(name: string, open: () => Promise<Stage>): void {
  describe(name, () => {
    const ground = layGround(open);
    describeHandlers(ground);
    describeFailures(ground);
    describeQuestions(ground);
    describeSleeps(ground);
    describeCheckpoints(ground);
    describeLostLeases(ground);
    describeStops(ground);
  });
}
