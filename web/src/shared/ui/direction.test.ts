/** The site can be read from right to left: what is said of a side is said of the start and the end of a line. */
import ts from "typescript";
import { expect, test } from "vitest";
import { placeOf, siteFiles, within } from "@/testing/source";

const PHYSICAL =
  /(?<![\w-])-?(?:(?:m|p|scroll-m|scroll-p)[lr]-[\w.[(]|(?:left|right)-[\w.[(]|text-(?:left|right)\b|(?:float|clear)-(?:left|right)\b|border-[lr]\b|rounded-(?:[lr]|[tb][lr])\b)/;
/** A map has no reading direction, nor has a photo; pieces of an outfit lie at coordinates. */
const ALLOWED = /^features\/(map\/|studio\/flat-lay\.tsx)/;

test("no class names the left or the right", () => {
  const found = siteFiles()
    .flatMap((file) => [...within(file)])
    .filter(
      (node) =>
        ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node),
    )
    .filter((node) => PHYSICAL.test((node as ts.LiteralLikeNode).text) && !ALLOWED.test(placeOf(node)))
    .map((node) => `${placeOf(node)} ${PHYSICAL.exec((node as ts.LiteralLikeNode).text)?.[0]}`);
  expect(found).toEqual([]);
});
