import { delay, HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { problem, server } from "@/testing/server";
import { answer, client, toForm } from "./client";

const readiness = (signal?: AbortSignal) => answer(client.GET("/readyz", signal ? { signal } : {}));

test("an answer's data is what comes back", async () => {
  server.use(http.get("*/readyz", () => HttpResponse.json({ status: "ready" })));
  expect(await readiness()).toMatchObject({ status: "ready" });
});

test("a problem document is thrown as an error of its kind", async () => {
  server.use(http.get("*/readyz", () => problem("not-ready", 503, { "Retry-After": "3" })));
  await expect(readiness()).rejects.toMatchObject({ kind: "warming-up", retryAfterS: 3 });
});

test("a page of some proxy instead of a problem document is an error too", async () => {
  server.use(http.get("*/readyz", () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })));
  await expect(readiness()).rejects.toMatchObject({ kind: "other", status: 502 });
});

test("no connection is thrown as unreachable", async () => {
  server.use(http.get("*/readyz", () => HttpResponse.error()));
  await expect(readiness()).rejects.toMatchObject({ kind: "unreachable" });
});

test("a call that was given up stays an AbortError", async () => {
  server.use(http.get("*/readyz", () => delay("infinite")));
  const aborter = new AbortController();
  const call = readiness(aborter.signal);
  aborter.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("a form repeats lists and leaves out what is not set", () => {
  const form = toForm({ k: 10, brand: ["A", "B"], crop: "", cursor: undefined, price_min: 0, image: new Blob(["x"]) });
  expect([...form.keys()]).toEqual(["k", "brand", "brand", "price_min", "image"]);
  expect(form.getAll("brand")).toEqual(["A", "B"]);
  expect(form.get("image")).toBeInstanceOf(File);
});
