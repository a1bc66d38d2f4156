import { expect, test } from "vitest";
import { info } from "@/testing/info";
import { refusalOf } from "./acceptance";

const { uploads } = info();
const file = (type: string, size: number) => Object.defineProperty(new Blob([], { type }), "size", { value: size });

test.each([
  ["image/jpeg", 1000, undefined],
  ["image/gif", uploads.max_bytes, undefined],
  ["image/png", uploads.max_bytes + 1, "too-large"],
  ["image/heic", 1000, "unsupported"],
  ["application/pdf", 1000, "unsupported"],
  ["", 1000, "unsupported"],
  ["image/webp", 0, "broken-image"],
])("%s of %i bytes is refused as %s", (type, size, kind) => {
  expect(refusalOf(file(type, size), uploads)?.kind).toBe(kind);
});

test("until the limits are known only an empty file is refused", () => {
  expect(refusalOf(file("image/heic", 60e6), undefined)).toBeUndefined();
  expect(refusalOf(file("image/jpeg", 0), undefined)?.kind).toBe("broken-image");
});
