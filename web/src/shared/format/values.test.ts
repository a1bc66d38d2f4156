import { expect, test } from "vitest";
import { info } from "@/testing/info";
import { nameOf, namesOf } from "./values";

test("a value is in the language of the page where a table has it, else as the catalogue writes it", () => {
  const german = namesOf(info(), "de");
  expect(["Plain", "ruby", "light-blue", "Teal", "Fennmark"].map((value) => nameOf(value, german))).toEqual([
    "einfarbig",
    "Rubinrot",
    "Hellblau",
    "Petrol",
    "Fennmark",
  ]);
  const english = namesOf(info(), "en");
  expect(["Plain", "ruby", "light-blue", "Teal"].map((value) => nameOf(value, english))).toEqual([
    "Plain",
    "ruby",
    "light blue",
    "Teal",
  ]);
});
