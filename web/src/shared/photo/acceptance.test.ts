import { expect, test } from "vitest";
import { refusalOf } from "./acceptance";

const file = (type: string, size: number) => Object.defineProperty(new Blob([], { type }), "size", { value: size });

test.each([
  ["image/jpeg", 1000, undefined],
  ["image/gif", 11e6, undefined], // the server's own limit may be higher; it has the word
  ["image/png", 60e6, "too-large"],
  ["image/heic", 1000, "unsupported"],
  ["application/pdf", 1000, "unsupported"],
  ["", 1000, "unsupported"],
  ["image/webp", 0, "broken-image"],
])("%s of %i bytes is refused as %s", (type, size, kind) => {
  expect(refusalOf(file(type, size))?.kind).toBe(kind);
});
