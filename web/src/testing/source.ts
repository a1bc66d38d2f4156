/** The source files of the site, for tests that read them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const WEB = fileURLToPath(new URL("../../", import.meta.url));

/** Every file of the site but tests, with its types. */
export function siteProgram(): { checker: ts.TypeChecker; files: readonly ts.SourceFile[] } {
  const { config } = ts.readConfigFile(`${WEB}tsconfig.json`, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, WEB);
  const program = ts.createProgram(fileNames.filter(isOfTheSite), { ...options, types: ["vite/client"] });
  return {
    checker: program.getTypeChecker(),
    files: program.getSourceFiles().filter((file) => isOfTheSite(file.fileName)),
  };
}

/** Every file of the site but tests and generated ones, without types: much sooner. */
export function siteFiles(): readonly ts.SourceFile[] {
  return ts.sys
    .readDirectory(`${WEB}src`, [".ts", ".tsx"])
    .filter(isOfTheSite)
    .map((name) => ts.createSourceFile(name, readFileSync(name, "utf8"), ts.ScriptTarget.ESNext, true));
}

function isOfTheSite(name: string): boolean {
  return name.startsWith(`${WEB}src/`) && !/\.test\.|\/testing\/|\/api\/schema\.d\.ts$/.test(name);
}

/** `node` and everything in it. */
export function* within(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* within(child);
}

/** "features/search/page.tsx:12". */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${file.fileName.slice(`${WEB}src/`.length)}:${line + 1}`;
}
