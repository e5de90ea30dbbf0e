import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { restTable } from "./rest-table.ts";

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, looked at field by field
type Document = any;

describe("the OpenAPI document", () => {
  let server: TestServer;
  let document: Document;
  beforeAll(async () => {
    server = await startTestServer();
    document = (await server.request("GET", "/api/v2/openapi.json")).body;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("is valid", async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
    expect(document.openapi).toBe("3.1.0");
  });

  test("has exactly the routes of the table", () => {
    const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(restTable.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test("has no name in another spelling than the wire's, and no word that is ours alone", () => {
    const names: string[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const { properties } = value as { properties?: object };
      if (properties !== undefined) names.push(...Object.keys(properties));
      for (const [key, item] of Object.entries(value)) {
        expect(["wire", "ownKeys", "$defs"]).not.toContain(key);
        collect(item);
      }
    };
    collect(document);
    expect(names).toContain("task_description");
    expect(names.filter((name) => /[A-Z]/.test(name))).toEqual([]);
  });

  test("every reference leads to a schema", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((name) => !(`${name}` in document.components.schemas))).toEqual([]);
  });

  test("describes exactly the fields that replies have", async () => {
    const properties = (name: string) => Object.keys(document.components.schemas[name].properties).sort();
    // Only a copy that may be old has it.
    const withoutStale = (name: string) => properties(name).filter((field) => field !== "stale");
    const fieldsOf = (value: object) => Object.keys(value).sort();

    const created = (await server.request("POST", "/api/v2/jobs")).body;
    expect(fieldsOf(created)).toEqual(withoutStale("CreatedJob"));
    const url = `/api/v2/jobs/${created.job_id}`;
    expect(fieldsOf((await server.request("GET", url)).body)).toEqual(withoutStale("Job"));
    const prompt = await server.request("POST", `/api/v2/hitl/${created.job_id}/prompt`, { body: { type: "question" } });
    expect(fieldsOf(prompt.body)).toEqual(properties("OpenedPrompt"));
    const read = await server.request("GET", `/api/v2/hitl/prompts/${prompt.body.prompt_id}`);
    expect(fieldsOf(read.body)).toEqual(properties("Prompt"));
    const inbox = (await server.request("GET", "/api/v2/hitl/prompts")).body;
    expect([fieldsOf(inbox), fieldsOf(inbox.prompts[0])]).toEqual([properties("InboxPage"), properties("InboxEntry")]);
    const receipt = await server.request("POST", `/api/v2/hitl/${created.job_id}/response`, { body: { answer: "yes" } });
    expect(fieldsOf(receipt.body)).toEqual(properties("ResponseReceipt"));
    const { events } = (await server.request("GET", `${url}/events`)).body;
    expect(fieldsOf(events[0])).toEqual(properties("JobEvent"));
    expect(fieldsOf((await server.request("GET", "/api/v2/jobs/stats")).body)).toEqual(properties("JobStats"));

    await server.request("POST", "/api/v2/jobs", { body: { type: "t" } });
    const worker = async (path: string, body?: object) =>
      (await server.request(body ? "POST" : "GET", `/api/v2/worker/${path}`, { body })).body;
    const introduction = { worker_id: "w", types: ["t"] };
    expect(fieldsOf(await worker("register", introduction))).toEqual(properties("WorkerTerms"));
    const claimed = await worker("claim", introduction);
    expect([fieldsOf(claimed), fieldsOf(claimed.jobs[0])]).toEqual([properties("ClaimedJobs"), withoutStale("LeasedJob")]);
    expect(fieldsOf(await worker("heartbeat", introduction))).toEqual(properties("Heartbeat"));
    const lease = `jobs/${claimed.jobs[0].job_id}`;
    const step = await server.request("PUT", `/api/v2/worker/${lease}/steps/s`, { body: { run: 1, output: 1 } });
    expect(fieldsOf(step.body)).toEqual(properties("StoredStep"));
    expect(fieldsOf(await worker(`${lease}/steps`))).toEqual(properties("StoredSteps"));
    expect(fieldsOf(await worker(`${lease}/sleep`, { run: 1, name: "n", ms: 0 }))).toEqual(properties("Slept"));
    const asked = await worker(`${lease}/prompts`, { run: 1, prompts: [{ key: "k", type: "question" }] });
    expect([fieldsOf(asked), fieldsOf(asked.prompts[0])]).toEqual([properties("Asked"), properties("Prompt")]);

    const described = properties("Problem");
    const problem = (await server.request("POST", `/api/v2/hitl/${created.job_id}/response`, { body: { answer: "no" } })).body;
    expect(fieldsOf(problem).filter((name) => !described.includes(name))).toEqual([]);
  });

  test("says which reads are conditional", () => {
    const { parameters, responses } = document.paths["/api/v2/jobs/{job_id}"].get;
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual(["job_id", "X-Min-Version", "If-None-Match"]);
    expect(Object.keys(responses)).toContain("304");
  });

  test("says what a repetition gets, and what may be wrong with a request as such", () => {
    const statusesOf = (path: string, method: string) => Object.keys(document.paths[path][method].responses);
    expect(statusesOf("/api/v2/jobs", "post")).toEqual(["200", "201", "400", "409", "413", "415", "422", "500", "503"]);
    expect(statusesOf("/api/v2/jobs/{job_id}", "get")).toEqual(["200", "304", "400", "404", "422", "500", "503"]);
  });

  test("can be read on a page that comes from this server alone", async () => {
    const page = await server.request("GET", "/api/v2/docs/");
    expect(page.status).toBe(200);
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => new URL(address, `${server.url}/api/v2/docs/`));
    expect(assets.length).toBeGreaterThan(0);
    for (const asset of assets) {
      expect(asset.origin).toBe(server.url);
      // Read to its end: a reply that nobody takes would hold up the end of the server.
      expect((await server.request("GET", asset.pathname)).status).toBe(200);
    }
  });
});
