import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** What an editor shows of a name: its signature, and the text about it. */
interface Hover {
  readonly name: string;
  readonly signature: string;
  readonly text: string;
}

const folder = fileURLToPath(new URL("..", import.meta.url));
const index = fileURLToPath(new URL("index.ts", import.meta.url));
const service = openService();
const program = service.getProgram() as ts.Program;
const checker = program.getTypeChecker();

/** An editor's view of the package, as its own tsconfig has it. */
function openService(): ts.LanguageService {
  const config = ts.getParsedCommandLineOfConfigFile(`${folder}tsconfig.json`, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} });
  const options = { ...config?.options, noErrorTruncation: true };
  return ts.createLanguageService({
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [index],
    getScriptVersion: () => "1",
    getScriptSnapshot: (file) => {
      const text = ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getCurrentDirectory: () => folder,
  });
}

function hoverAt(declaration: ts.Declaration, name: string): Hover {
  const { fileName } = declaration.getSourceFile();
  const at = (ts.getNameOfDeclaration(declaration) ?? declaration).getStart();
  const info = service.getQuickInfoAtPosition(fileName, at);
  const print = (parts: readonly ts.SymbolDisplayPart[] = []) => parts.map(({ text }) => text).join("");
  return { name, signature: print(info?.displayParts), text: print(info?.documentation) };
}

/** Everything that the package exports, and the members of its interfaces and classes that are written in it. */
function publicHovers(): Hover[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(index) as ts.SourceFile) as ts.Symbol;
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declarations = (symbol.declarations ?? []).filter(isOurs);
    const members = declarations.flatMap((declaration) => {
      if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return [];
      const named = [...declaration.members].filter((member) => member.name !== undefined && !ts.isPrivateIdentifier(member.name));
      return named.map((member) => hoverAt(member, `${exported.name}.${member.name?.getText()}`));
    });
    return [...declarations.map((declaration) => hoverAt(declaration, exported.name)), ...members];
  });
}

/** What comes from the core has its texts there. */
function isOurs(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.startsWith(`${folder}src/`);
}

const hovers = publicHovers();

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
    const silent = hovers.filter(({ text }) => !/^[A-Z`][^.]+\w/.test(text));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test("is short, and nowhere any", () => {
    for (const { name, signature } of hovers) {
      expect([name, signature]).toEqual([name, expect.not.stringMatching(/[:<|] any\b/)]);
      if (signature.startsWith("(method)") || signature.startsWith("function"))
        expect([name, signature.split("\n").length < 25]).toEqual([name, true]);
    }
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
    const shown = hovers.filter((hover) => hover.name === name).map((hover) => hover.signature.replace(/ \| undefined/g, ""));
    expect(shown).toContain(signature);
  });
});
