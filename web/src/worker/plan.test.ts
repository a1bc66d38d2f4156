import { expect, test } from "vitest";
import { type Asked, planOf } from "./plan";

const SHOP = "https://shop.example/shop/";
const FILES = new Set(["assets/index-1.js", "first-paint.js"].map((path) => SHOP + path));

function plan(path: string, more: Partial<Asked> = {}) {
  const asked = { method: "GET", mode: "cors", destination: "", hasKey: false };
  return planOf({ ...asked, url: new URL(path, SHOP).href, ...more }, SHOP, FILES);
}
const document = { mode: "navigate", destination: "document" };

test.each(["./", "item/boots-1", "studio?item=a", "?photo=1"])("%s is a page", (path) => {
  expect(plan(path, document)).toBe("page");
});

test.each([
  ["assets/index-1.js", "asset"],
  ["first-paint.js", "file"],
  ["image/boots-1?w=320", "picture"],
  ["v1/info", "answer"],
  ["v1/items?brand=A", "answer"],
  ["v1/items/boots-1/similar", "answer"],
] as const)("%s is kept as %s", (path, expected) => {
  expect(plan(path)).toBe(expected);
});

test.each(["v1/search?text=red", "v1/suggest?text=r", "v1/imports", "metrics", "healthz", "openapi.json", "sw.js"])(
  "%s is left to the network",
  (path) => {
    expect(plan(path)).toBe("leave");
  },
);

test.each(["admin", "admin/", "admin/imports", "docs", "docs/x"])("the page %s is left to the network", (path) => {
  expect(plan(path, document)).toBe("leave");
});

test.each(["/", "/other/v1/info", "https://other.example/shop/v1/info"])("%s is not the shop's", (address) => {
  expect(plan(address)).toBe("leave");
  expect(plan(address, document)).toBe("leave");
});

test("what has a key, writes, or is drawn in a frame is left alone", () => {
  expect(plan("v1/items", { hasKey: true })).toBe("leave");
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
    expect(plan("v1/items", { method }), method).toBe("leave");
  expect(plan("map-canvas.html", { mode: "navigate", destination: "iframe" })).toBe("leave");
});

test("only a shared photo is taken from a form", () => {
  expect(plan("shared-photo", { ...document, method: "POST" })).toBe("shared-photo");
  expect(plan("shared-photo", { method: "POST" })).toBe("leave");
});
