import { expect, test, vi } from "vitest";

test("the definition is there without the authors, the files and the fleet", async () => {
  for (const heavy of ["yaml", "openai", "@skill-fleet/core", "@skill-fleet/worker"]) {
    vi.doMock(heavy, () => {
      throw new Error(`${heavy} was loaded`);
    });
  }
  const { skillCreation } = await import("./skill-creation-job.ts");
  expect(skillCreation.type).toBe("skill_creation");
  expect(Object.keys(skillCreation.prompts)).toEqual(["clarify", "confirm", "preview", "validate"]);
});
