/** Every text is used, and numbers and plurals in it are written by Intl. A missing key is an error of types. */
import ts from "typescript";
import { expect, test, vi } from "vitest";
import { placeOf, siteProgram, within } from "@/testing/source";

vi.setConfig({ testTimeout: 180_000 }); // the compiler looks at the whole site
const { checker, files } = siteProgram();
const isCatalogue = (file: ts.SourceFile) => /\/i18n\/(en|de)\/\w+\.ts$/.test(file.fileName);
const english = files.filter((file) => file.fileName.includes("/i18n/en/") && !file.fileName.endsWith("/index.ts"));

/** The keys of the English catalogue: the nodes that declare them, with their path. */
function declared(): Map<ts.Node, string> {
  const found = new Map<ts.Node, string>();
  function add(object: ts.Node, path: string) {
    const literal = ts.isSatisfiesExpression(object) ? object.expression : object;
    if (!ts.isObjectLiteralExpression(literal)) return;
    for (const property of literal.properties) {
      if (!property.name || !ts.isPropertyAssignment(property)) continue;
      const name = ts.isStringLiteral(property.name) ? property.name.text : property.name.getText();
      found.set(property, `${path}.${name}`);
      add(property.initializer, `${path}.${name}`);
    }
  }
  for (const file of english)
    for (const node of within(file))
      if (ts.isVariableDeclaration(node) && node.initializer) add(node.initializer, node.name.getText());
  return found;
}

/** The declarations that the site names: `m.search.heading`, `{ title } = words`, `t[kind]`, `{...m.studio.reasons}`. */
function used(): Set<ts.Node> {
  const found = new Set<ts.Node>();
  const mark = (symbol: ts.Symbol | undefined) => {
    for (const declaration of symbol?.declarations ?? []) found.add(declaration);
  };
  const markAll = (node: ts.Node) => {
    for (const property of checker.getTypeAtLocation(node).getProperties()) mark(property);
  };
  for (const file of files.filter((file) => !isCatalogue(file))) {
    for (const node of within(file)) {
      if (ts.isPropertyAccessExpression(node)) {
        mark(checker.getSymbolAtLocation(node.name));
        const wanted = checker.getContextualType(node);
        if (wanted?.getStringIndexType()) markAll(node); // as a record, whose keys come from elsewhere
      }
      if (ts.isElementAccessExpression(node)) markAll(node.expression);
      else if (ts.isSpreadAssignment(node)) markAll(node.expression);
      else if (ts.isBindingElement(node)) {
        const name = (node.propertyName ?? node.name).getText();
        mark(checker.getTypeAtLocation(node.parent).getProperty(name));
      }
    }
  }
  return found;
}

test("every text is used", () => {
  const named = used();
  const unused = [...declared()].filter(([node]) => !named.has(node)).map(([, path]) => path);
  expect(unused).toEqual([]);
});

test("a number in a sentence is formatted, and a plural is chosen by the language's rules", () => {
  const wrong: string[] = [];
  for (const file of files.filter(isCatalogue)) {
    for (const node of within(file)) {
      const isNumber = (part: ts.Expression) =>
        (checker.getTypeAtLocation(part).flags & ts.TypeFlags.NumberLike) !== 0 &&
        part.kind !== ts.SyntaxKind.NumericLiteral;
      if (ts.isTemplateSpan(node) && isNumber(node.expression))
        wrong.push(`${placeOf(node)} ${node.expression.getText()}`);
      if (ts.isBinaryExpression(node) && node.right.getText() === "1") wrong.push(`${placeOf(node)} ${node.getText()}`);
    }
  }
  expect(wrong).toEqual([]);
});
