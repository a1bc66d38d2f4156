import { expect, test } from "vitest";
import type { Reason } from "@/api/types";
import { de } from "@/shared/i18n/de";
import { en } from "@/shared/i18n/en";
import { inWords } from "./reasons";

const GERMAN = { black: "Schwarz", red: "Rot", navy: "Marineblau", teal: "Petrol" };

test.each<[Reason["code"], Record<string, string | number>, string, string]>([
  [
    "bought_together",
    { people: 1000 },
    "at least 1,000 people chose both",
    "mindestens 1.000 Personen haben beide gewählt",
  ],
  [
    "alike_bought_together",
    { people: 5 },
    "at least 5 people chose pieces like these two together",
    "mindestens 5 Personen haben Teile wie diese zusammen gewählt",
  ],
  [
    "often_chosen",
    { people: 20 },
    "at least 20 people chose it with a piece of this kind",
    "mindestens 20 Personen haben es zu einem Teil dieser Art gewählt",
  ],
  ["seen_together", { count: 1 }, "styled together in 1 outfit", "in 1 Outfit zusammen getragen"],
  ["seen_together", { count: 12 }, "styled together in 12 outfits", "in 12 Outfits zusammen getragen"],
  ["same_colour", { colour: "red" }, "both red", "beide Rot"],
  [
    "neutral_colour",
    { neutral: "black", colour: "teal" },
    "black is neutral and goes with teal",
    "Schwarz ist neutral und passt zu Petrol",
  ],
  [
    "colour_family",
    { one: "navy", other: "teal", family: "cool" },
    "navy and teal are both cool colours",
    "Marineblau und Petrol sind beide kühle Farben",
  ],
  ["both_plain", {}, "both plain", "beide einfarbig"],
  [
    "plain_with_pattern",
    { pattern: "floral" },
    "the plain piece sets off the floral one",
    "Einfarbiges bringt das Muster (floral) zur Geltung",
  ],
  ["same_formality", { formality: "evening" }, "both in evening style", "beide für den Abend"],
  ["same_formality", { formality: "smart" }, "both in smart style", "beide elegant"],
])("%s with %j", (code, parameters, english, german) => {
  expect(inWords([{ code, parameters }], en, {})).toEqual([english]);
  expect(inWords([{ code, parameters }], de, GERMAN)).toEqual([german]);
});

test("a code of a newer server is left out", () => {
  const unknown = { code: "same_designer", parameters: {} } as unknown as Reason;
  expect(inWords([unknown, { code: "both_plain" }], en, {})).toEqual(["both plain"]);
});
