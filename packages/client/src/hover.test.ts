import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { publicHovers, silentHovers, unreadableHovers } from "./testing/public-hovers.ts";

const hovers = publicHovers(fileURLToPath(new URL("..", import.meta.url)));

describe("what an editor shows", () => {
  test("is there for every export and every method", () => {
    const names = new Set(hovers.map(({ name }) => name));
    for (const name of [
      "createClient",
      "defineJob",
      "FleetClient.jobs",
      "JobsClient.waitFor",
      "HitlClient.respond",
      "WorkerClient.claim",
      "FleetClientError.code",
    ]) {
      expect(names).toContain(name);
    }
  });

  test("says in words what each of them is", () => {
    expect(silentHovers(hovers)).toEqual([]);
  });

  test("is short, and nowhere any", () => {
    expect(unreadableHovers(hovers)).toEqual([]);
  });

  test.each([
    ["createClient", "function createClient(options: ClientOptions): FleetClient"],
    ["JobsClient.create", "(method) JobsClient.create(job?: NewJob, options?: CreateOptions): Promise<CreatedJob> (+1 overload)"],
    ["JobsClient.waitFor", "(method) JobsClient.waitFor(id: string, options?: CallOptions): Promise<EndedJob> (+1 overload)"],
    [
      "JobsClient.waitFor",
      "(method) JobsClient.waitFor<const Definition extends JobDefinition>(definition: Definition, id: string, options?: CallOptions): Promise<EndedJobOf<Definition>> (+1 overload)",
    ],
    [
      "HitlClient.respond",
      "(method) HitlClient.respond(promptId: string, response: PromptResponse, options?: RespondOptions): Promise<ResponseReceipt> (+1 overload)",
    ],
    [
      "HitlClient.respond",
      "(method) HitlClient.respond<const Definition extends JobDefinition, Name extends PromptName<Definition>>(definition: Definition, jobId: string, name: Name, response: ResponseOf<Definition, Name>, options?: RespondOptions): Promise<ResponseReceipt> (+1 overload)",
    ],
    ["WorkerClient.claim", "(method) WorkerClient.claim(request: ClaimRequest, options?: CallOptions): Promise<readonly LeasedJob[]>"],
  ])("of %s reads: %s", (name, signature) => {
    expect(hovers.filter((hover) => hover.name === name).map((hover) => hover.signature)).toContain(signature);
  });
});
