import { HttpResponse, http } from "msw";
import { beforeEach, expect, test } from "vitest";
import { server } from "@/testing/server";
import { answer, client, toForm } from "./client";
import { usedFirstAnswers } from "./first-answers";

function write(path: string, query: [string, string][], data: object): void {
  const script = document.createElement("script");
  script.type = "application/json";
  Object.assign(script.dataset, { first: path, query: JSON.stringify(query) });
  script.text = JSON.stringify(data);
  document.body.append(script);
}

beforeEach(() => document.body.replaceChildren());

const browse = (brand: string) =>
  answer(client.GET("/v1/items", { params: { query: { sort: "mixed", brand: [brand], limit: 24 } } }));

test("what the page has is not asked for, and is given once", async () => {
  server.use(http.get("*/v1/items", () => HttpResponse.json({ total: 2 })));
  write("/v1/items", [["brand", "Käfer & Co"], ["limit", "24"], ["sort", "mixed"]], { total: 1 }); // biome-ignore format: pairs
  expect(await browse("Käfer & Co")).toEqual({ total: 1 });
  expect(usedFirstAnswers().at(-1)?.json).toBe('{"total":1}');
  expect(await browse("Käfer & Co")).toEqual({ total: 2 });
});

test("another request is sent as ever", async () => {
  server.use(http.get("*/v1/items", () => HttpResponse.json({ total: 2 })));
  write("/v1/items", [["brand", "A"], ["limit", "24"], ["sort", "mixed"]], { total: 1 }); // biome-ignore format: pairs
  expect(await browse("B")).toEqual({ total: 2 });
});

test("a form is answered by the page too", async () => {
  write("/v1/outfits:complete", [["item_id", "a"], ["k", "12"]], { outfits: [] }); // biome-ignore format: pairs
  const body = { item_id: ["a"], slot: [], k: 12 };
  const call = client.POST("/v1/outfits:complete", { body, bodySerializer: toForm });
  expect(await answer(call)).toEqual({ outfits: [] });
});

test("an item's id is compared as it is", async () => {
  write("/v1/items/a/b ü", [], { item_id: "a/b ü" });
  const call = client.GET("/v1/items/{item_id}", { params: { path: { item_id: "a/b ü" } } });
  expect(await answer(call)).toEqual({ item_id: "a/b ü" });
});
