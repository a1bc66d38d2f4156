import { expect, test } from "vitest";
import { de as shopDe } from "./de";
import { operator as adminDe } from "./de/operator";
import { en as shopEn } from "./en";
import { operator as adminEn } from "./en/operator";

const en = { ...shopEn, ...adminEn };
const de = { ...shopDe, ...adminDe };

/** Every path of a catalogue with the type of its leaf. */
function leaves(node: object, path = ""): string[] {
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? leaves(value, `${path}${name}.`)
      : [`${path}${name}: ${typeof value}${typeof value === "function" ? value.length : ""}`],
  );
}

test("English and German have the same keys and take the same arguments", () => {
  expect(leaves(de).sort()).toEqual(leaves(en).sort());
});

test("no text is empty", () => {
  for (const catalogue of [en, de]) expect(JSON.stringify(catalogue)).not.toContain(':""');
});
