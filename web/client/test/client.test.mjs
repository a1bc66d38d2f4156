// Against a real server: `node --test` with DEEPSTYLE_URL, and DEEPSTYLE_PHOTO, a photo of something that it sells.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { createClient, ProblemError } from "@deepstyle/client";

const shop = createClient({ baseUrl: `${process.env.DEEPSTYLE_URL}/` });
const photo = new Blob([readFileSync(process.env.DEEPSTYLE_PHOTO)]);

test("a page of the catalogue, one item, its pictures", async () => {
  const page = await shop.items({ semantic_category: ["shoes", "bags"], limit: 3 });
  assert.equal(page.items.length, 3);
  assert.ok(page.items.every(({ semantic_category }) => ["shoes", "bags"].includes(semantic_category)));
  const item = await shop.item(page.items[0].item_id);
  assert.equal(item.title, page.items[0].title);
  const picture = await fetch(shop.imageUrl({ image_url: item.image_urls[0] }, 160));
  assert.equal(picture.headers.get("content-type"), "image/jpeg");
});

test("products by a photo, narrowed by a list and changed by words", async () => {
  const { results } = await shop.searchByPhoto(photo, { k: 3 });
  assert.deepEqual(
    results.map(({ rank }) => rank),
    [1, 2, 3],
  );
  const shoes = await shop.searchByPhoto(photo, { k: 2, semantic_category: ["shoes", "bags"], text: "red" });
  assert.ok(shoes.results.every(({ item }) => ["shoes", "bags"].includes(item.semantic_category)));
});

test("products by words, by an item, and what goes with it", async () => {
  const [{ item }] = (await shop.search({ text: "red shoes", k: 1 })).results;
  const similar = await shop.similar(item.item_id, { k: 4 });
  assert.equal(similar.query.item_id, item.item_id);
  assert.equal(similar.results.length, 4);
  const { categories } = await shop.compatible(item.item_id, { k: 1 });
  assert.ok(categories.length > 0 && categories.every(({ results }) => results.length === 1));
});

test("a worn look comes line by line, and may be left early", async () => {
  const lines = [];
  for await (const line of shop.shopTheLook(photo, { k: 1 })) lines.push(Object.keys(line)[0]);
  assert.equal(lines[0], "garments");
  assert.equal(lines.at(-1), "cart");
  for await (const line of shop.shopTheLook(photo, { k: 1 })) if ("garments" in line) break;
});

test("a problem document is a typed error", async () => {
  await assert.rejects(shop.item("none"), (error) => {
    assert.ok(error instanceof ProblemError);
    const { code, status, detail, remedy, requestId } = error;
    assert.deepEqual([code, status], ["unknown-item", 404]);
    assert.ok(detail && remedy && requestId);
    return true;
  });
  await assert.rejects(shop.searchByPhoto(new Blob(["no picture"])), {
    name: "ProblemError",
    code: "unsupported-image",
  });
  await assert.rejects(shop.similar("none", { k: 100_000 }), { code: "invalid-parameter", status: 422 });
  await assert.rejects(shop.shopTheLook(new Blob(["no picture"])).next(), { code: "unsupported-image" });
});

test("no answer is what fetch throws; a given-up call is an AbortError", async () => {
  await assert.rejects(createClient({ baseUrl: "http://127.0.0.1:1" }).items(), TypeError);
  await assert.rejects(shop.items({}, { signal: AbortSignal.abort() }), { name: "AbortError" });
});
