import type { z } from "zod";
import type { JobDefinition, PromptDefinition } from "./define-job.ts";
import type { NewPrompt, OpenPrompt, PromptResponse } from "./hitl-client.ts";
import type { CreatedJob, EndedJob, Job, NewJob } from "./jobs-client.ts";

/** The same, but for these fields. Keeps the members of a union apart. */
type Replace<Shape, Fields> = Shape extends unknown ? Omit<Shape, keyof Fields> & Fields : never;

/** What a job is created with: its type comes from the definition, its input must be of the defined shape. */
export type NewJobOf<Definition extends JobDefinition> = Omit<NewJob, "type" | "input"> & {
  readonly input: z.input<Definition["input"]>;
};

type Typed<Shape, Definition extends JobDefinition> = Shape extends { status: "completed" }
  ? Replace<Shape, { type: Definition["type"]; input: z.output<Definition["input"]>; result: z.output<Definition["result"]> }>
  : Replace<Shape, { type: Definition["type"]; input: z.output<Definition["input"]> }>;

/** A job of a definition: its input and result have the defined shapes. */
export type JobOf<Definition extends JobDefinition> = Typed<Job, Definition>;
/** A created job of a definition. */
export type CreatedJobOf<Definition extends JobDefinition> = Typed<CreatedJob, Definition>;
/** A job of a definition that has ended. */
export type EndedJobOf<Definition extends JobDefinition> = Typed<EndedJob, Definition>;

/** The names of a definition's prompts. */
export type PromptName<Definition extends JobDefinition> = keyof Definition["prompts"] & string;

type PromptOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = Definition["prompts"][Name];
type DataIn<Prompt extends PromptDefinition> = Prompt["data"] extends z.ZodType ? z.input<Prompt["data"]> : NewPrompt["data"];
type DataOut<Prompt extends PromptDefinition> = Prompt["data"] extends z.ZodType ? z.output<Prompt["data"]> : OpenPrompt["data"];

/** What a prompt of a definition is opened with. */
export type NewPromptOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = Omit<
  NewPrompt,
  "type" | "data" | "responseSchema"
> &
  (undefined extends DataIn<PromptOf<Definition, Name>>
    ? { readonly data?: DataIn<PromptOf<Definition, Name>> }
    : { readonly data: DataIn<PromptOf<Definition, Name>> });

/** An open prompt of a definition: its data has the defined shape. */
export type OpenPromptOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = {
  [Each in Name]: Replace<OpenPrompt, { type: Each; data: DataOut<PromptOf<Definition, Each>> }>;
}[Name];

/** What may be said to a prompt of a definition. */
export type ResponseOf<Definition extends JobDefinition, Name extends PromptName<Definition>> = PromptOf<
  Definition,
  Name
>["response"] extends z.ZodType
  ? z.input<PromptOf<Definition, Name>["response"]>
  : PromptResponse;
