import { expect, test } from "vitest";
import { info } from "@/testing/info";
import { refusalOf } from "./acceptance";
import { typed } from "./heic";

const { uploads } = info();
const file = (type: string, size: number) => Object.defineProperty(new Blob([], { type }), "size", { value: size });

test.each([
  ["image/jpeg", 1000, undefined],
  ["image/gif", uploads.max_bytes, undefined],
  ["image/png", uploads.max_bytes + 1, "too-large"],
  ["image/heic", 1000, "heic"],
  ["application/pdf", 1000, "unsupported"],
  ["", 1000, "unsupported"],
  ["image/webp", 0, "broken-image"],
])("%s of %i bytes is refused as %s", (type, size, kind) => {
  expect(refusalOf(file(type, size), uploads)?.kind).toBe(kind);
});

test("HEIC is taken within the limits where the server reads it", () => {
  const reads = { ...uploads, media_types: [...uploads.media_types, "image/heic"] };
  expect(refusalOf(file("image/heic", reads.max_bytes), reads)).toBeUndefined();
  expect(refusalOf(file("image/heic", reads.max_bytes + 1), reads)?.kind).toBe("too-large");
});

test.each([
  ["heic", "", "image/heic"],
  ["mif1", "application/octet-stream", "image/heic"],
  ["mif1", "image/avif", "image/avif"],
  ["isom", "video/mp4", "video/mp4"],
])("a file of the brand %s and the type %j is %s", async (brand, type, wanted) => {
  const found = await typed(new Blob([`\0\0\0\x18ftyp${brand}\0\0\0\0`], { type }));
  expect(found.type).toBe(wanted);
});

test("until the limits are known only an empty file is refused", () => {
  expect(refusalOf(file("image/heic", 60e6), undefined)).toBeUndefined();
  expect(refusalOf(file("image/jpeg", 0), undefined)?.kind).toBe("broken-image");
});
