import { expect, test } from "vitest";
import { info } from "@/testing/info";
import { formatMaxSize, formatMediaTypes, formatMegapixels } from "./limits";

const { uploads } = info();

test("the formats are named as people know them", () => {
  expect(formatMediaTypes(uploads, "en")).toBe("JPEG, PNG, WebP or GIF");
  expect(formatMediaTypes({ ...uploads, media_types: ["image/jpeg", "image/avif"] }, "de")).toBe("JPEG oder AVIF");
});

test("sizes are in megabytes and megapixels", () => {
  expect(formatMaxSize(uploads, "en")).toBe("10 MB");
  expect(formatMegapixels(uploads, "en")).toBe("40");
  expect(formatMaxSize({ ...uploads, max_bytes: 1.5 * 2 ** 20 }, "de").replace(/\s/, " ")).toBe("1,5 MB");
});
