import { ProblemError } from "@deepstyle/client";
import { beforeEach, expect, test, vi } from "vitest";
import { product } from "@/testing/products";
import { languageOf } from "./language";
import { linkOf } from "./links";
import { patiently } from "./retry";
import { serverOf } from "./server";
import { texts } from "./texts";

beforeEach(() => document.documentElement.removeAttribute("lang"));

function element(attributes: Record<string, string> = {}, page = ""): HTMLElement {
  document.body.replaceChildren();
  if (page) document.body.setAttribute("lang", page);
  else document.body.removeAttribute("lang");
  const made = document.createElement("div");
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  document.body.append(made);
  return made;
}

test.each([
  [{}, "", "en"],
  [{}, "de-AT", "de"],
  [{ lang: "DE" }, "en", "de"],
  [{ lang: "en-GB" }, "de", "en"],
  [{}, "fr", "en"],
  [{}, "den", "en"],
])("the language of %o on a page in %j is %s", (attributes, page, language) => {
  expect(languageOf(element(attributes, page))).toBe(language);
});

test("both languages say the same number of things", () => {
  expect(Object.keys(texts.de)).toEqual(Object.keys(texts.en));
  expect([texts.en.found(1), texts.en.found(2)]).toEqual(["1 item found", "2 items found"]);
});

test("a product leads where the page says, else where the catalogue says, and never to a script", () => {
  const item = product({ item_id: "a/b", model_id: "x y", url: "https://shop.example/p" });
  const here = globalThis.location.origin;
  expect(linkOf(item, null)).toBe("https://shop.example/p");
  expect(linkOf(item, "/products/{item_id}?of={model_id}")).toBe(`${here}/products/a%2Fb?of=x%20y`);
  expect(linkOf(item, "javascript:alert('{item_id}')")).toBeUndefined();
  expect(linkOf({ ...item, url: "javascript:alert(1)" }, null)).toBeUndefined();
});

test("a script that was not loaded from the server says so", () => {
  expect(() => serverOf(element())).toThrow("does not know its server");
  expect(serverOf(element({ server: "https://search.shop.example/shop" }))).toBe("https://search.shop.example/shop");
});

test("a busy server is asked again after the time that it names, and no longer once nobody waits", async () => {
  vi.useFakeTimers();
  const aborter = new AbortController();
  const busy = (retryAfterS: number) => new ProblemError("overloaded", 503, "busy", "", "", retryAfterS);
  const call = vi.fn<() => Promise<string>>().mockRejectedValueOnce(busy(3)).mockResolvedValue("answer");
  const answer = patiently(call, aborter.signal);
  await vi.advanceTimersByTimeAsync(2999);
  expect(call).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await answer).toBe("answer");

  await expect(patiently(() => Promise.reject(busy(60)), aborter.signal)).rejects.toThrow("busy");
  const final = new ProblemError("unknown-item", 404, "none");
  await expect(patiently(() => Promise.reject(final), aborter.signal)).rejects.toBe(final);
  const given = patiently(() => Promise.reject(busy(5)), aborter.signal);
  const stopped = expect(given).rejects.toMatchObject({ name: "AbortError" });
  await vi.advanceTimersByTimeAsync(0);
  aborter.abort();
  await stopped;
  vi.useRealTimers();
});
