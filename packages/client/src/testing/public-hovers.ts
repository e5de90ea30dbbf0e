import { join } from "node:path";
import ts from "typescript";

/** What an editor shows of a name: its signature, but for the `undefined` of optional parameters, and the text about it. */
export interface Hover {
  readonly name: string;
  readonly signature: string;
  readonly text: string;
}

/**
 * What an editor shows of everything that a package exports, and of the members of its interfaces and classes.
 * What a package takes from another has its texts there.
 */
export function publicHovers(folder: string): Hover[] {
  const index = join(folder, "src/index.ts");
  const service = openService(folder, index);
  const program = service.getProgram() as ts.Program;
  const checker = program.getTypeChecker();
  const isOurs = (declaration: ts.Declaration) => declaration.getSourceFile().fileName.startsWith(join(folder, "src/"));
  const module = checker.getSymbolAtLocation(program.getSourceFile(index) as ts.SourceFile) as ts.Symbol;
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declarations = (symbol.declarations ?? []).filter(isOurs);
    const members = declarations.flatMap((declaration) => {
      if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return [];
      return [...declaration.members]
        .filter(isPublic)
        .map((member) => hoverAt(service, member, `${exported.name}.${member.name?.getText()}`));
    });
    return [...declarations.map((declaration) => hoverAt(service, declaration, exported.name)), ...members];
  });
}

/** The names of what an editor says nothing about, or no sentence. */
export function silentHovers(hovers: readonly Hover[]): string[] {
  return hovers.filter(({ text }) => !/^[A-Z`][^.]+\w/.test(text)).map(({ name }) => name);
}

/** The names of what an editor shows as `any`, and of the functions whose signature fills a screen. */
export function unreadableHovers(hovers: readonly Hover[]): string[] {
  const isCallable = (signature: string) => signature.startsWith("(method)") || signature.startsWith("function");
  return hovers
    .filter(({ signature }) => /[:<|] any\b/.test(signature) || (isCallable(signature) && signature.split("\n").length >= 25))
    .map(({ name }) => name);
}

/** An editor's view of a package, as its own tsconfig has it. */
function openService(folder: string, index: string): ts.LanguageService {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(folder, "tsconfig.json"),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} },
  );
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

/** What overrides a member has its text there. */
function isPublic(member: ts.ClassElement | ts.TypeElement): boolean {
  if (member.name === undefined || ts.isPrivateIdentifier(member.name)) return false;
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Override) === 0;
}

function hoverAt(service: ts.LanguageService, declaration: ts.Declaration, name: string): Hover {
  const { fileName } = declaration.getSourceFile();
  const at = (ts.getNameOfDeclaration(declaration) ?? declaration).getStart();
  const info = service.getQuickInfoAtPosition(fileName, at);
  const print = (parts: readonly ts.SymbolDisplayPart[] = []) => parts.map(({ text }) => text).join("");
  return { name, signature: print(info?.displayParts).replace(/ \| undefined(?=[,)\]])/g, ""), text: print(info?.documentation) };
}
