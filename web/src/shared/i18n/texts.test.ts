/** No component has words of its own: they would be in one language only. */
import ts from "typescript";
import { expect, test } from "vitest";
import { placeOf, siteFiles, within } from "@/testing/source";

const READ_ALOUD =
  /^(aria-(label|description|valuetext|roledescription|placeholder)|title|alt|placeholder|label|intro|text)$/;
const WORDS = /\p{L}{2,}/u;
/** The same in every language. */
const ALLOWED: readonly string[] = [];

/** The texts that an expression may become: those of its branches. */
function texts(node: ts.Node): ts.Node[] {
  if (ts.isStringLiteralLike(node)) return [node];
  if (ts.isTemplateExpression(node)) return [node.head, ...node.templateSpans.map((span) => span.literal)];
  if (ts.isJsxExpression(node)) return node.expression ? texts(node.expression) : [];
  if (ts.isParenthesizedExpression(node)) return texts(node.expression);
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return [...texts(node.left), ...texts(node.right)].filter(() => !isComparison(node));
  return [];
}

function isComparison(node: ts.BinaryExpression): boolean {
  return /^[=!<>]=?=?$/.test(node.operatorToken.getText());
}

function written(node: ts.Node): ts.Node[] {
  if (ts.isJsxText(node)) return [node];
  if (ts.isJsxExpression(node) && (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))) return texts(node);
  if (ts.isJsxAttribute(node) && node.initializer && READ_ALOUD.test(node.name.getText()))
    return texts(node.initializer);
  return [];
}

test("no component has words of its own", () => {
  const found = siteFiles()
    .flatMap((file) => [...within(file)].flatMap(written))
    .map((node) => ({ node, text: (node as ts.LiteralLikeNode).text.trim() }))
    .filter(({ text }) => WORDS.test(text) && !ALLOWED.includes(text));
  expect(found.map(({ node, text }) => `${placeOf(node)} ${text}`)).toEqual([]);
});
