import { expect, test } from "vitest";
import { de as shopDe } from "./de";
import { account as accountDe } from "./de/account";
import { operator as adminDe } from "./de/operator";
import { people as peopleDe } from "./de/people";
import { en as shopEn } from "./en";
import { account as accountEn } from "./en/account";
import { operator as adminEn } from "./en/operator";
import { people as peopleEn } from "./en/people";

const en = { ...shopEn, ...adminEn, account: accountEn, people: peopleEn };
const de = { ...shopDe, ...adminDe, account: accountDe, people: peopleDe };

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
