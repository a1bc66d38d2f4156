import { describe, expect, it } from "vitest";
import { readRootPath } from "./root-path";

describe("readRootPath", () => {
  it("reads the prefix that the server wrote into the page", () => {
    const page = new DOMParser().parseFromString('<meta name="root" content="/shop/" />', "text/html");
    expect(readRootPath(page)).toBe("/shop");
  });
  it("is empty where the site begins at the origin, or there is no page", () => {
    const page = new DOMParser().parseFromString('<meta name="root" content="/" />', "text/html");
    expect([readRootPath(page), readRootPath(undefined)]).toEqual(["", ""]);
  });
});
