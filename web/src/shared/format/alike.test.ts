import { expect, test } from "vitest";
import type { SharedTrait } from "@/api/types";
import { de } from "@/shared/i18n/de";
import { en } from "@/shared/i18n/en";
import { sharedInWords } from "./alike";

const SHARED: SharedTrait[] = [
  { code: "same_picture" },
  { code: "same_department", parameters: { department: "shoes" } },
  { code: "same_colour", parameters: { colour: "navy" } },
  { code: "same_colour", parameters: { colour: "new-code" } },
  { code: "same_brand", parameters: { brand: "Fennmark" } },
  { code: "from_the_future" as "same_brand", parameters: { brand: "x" } },
];

test("what is shared is named in the language of the page, newer codes are omitted", () => {
  expect(sharedInWords(SHARED, en, { navy: "navy" })).toEqual(["picture", "Shoes", "navy", "new-code", "Fennmark"]);
  expect(sharedInWords(SHARED, de, { navy: "Marineblau" })).toEqual([
    "Bild",
    "Schuhe",
    "Marineblau",
    "new-code",
    "Fennmark",
  ]);
});
