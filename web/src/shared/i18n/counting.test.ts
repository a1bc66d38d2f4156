import { expect, test } from "vitest";
import { counting } from "./counting";

test("the language chooses the form, and writes the number", () => {
  const forms = { one: "# Artikel", other: "# Artikel gesamt" };
  expect(counting("de").plural(1, forms)).toBe("1 Artikel");
  expect(counting("de").plural(1234, forms)).toBe("1.234 Artikel gesamt");
  expect(counting("pl").plural(3, { one: "# para", few: "# pary", other: "# par" })).toBe("3 pary");
  expect(counting("en").plural(0, { one: "# pair", other: "# pairs" })).toBe("0 pairs");
});

test("a share of a hundred is written as each language does", () => {
  expect(counting("en").percent(93)).toBe("93%");
  expect(counting("de").percent(93).replace(/\s/, " ")).toBe("93 %");
});
