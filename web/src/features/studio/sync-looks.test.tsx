import { HttpResponse, http } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { server } from "@/testing/server";
import { idOf, syncLooks } from "./sync-looks";
import { savedLooks, storeLooks } from "./use-saved-looks";

type Stored = { name: string; item_ids: string[] };

/** An account with these looks, by id. */
function account(looks: Record<string, Stored>) {
  server.use(
    http.get("*/v1/me/looks", () => HttpResponse.json({ looks: Object.values(looks), total: 0, next_cursor: null })),
    http.put("*/v1/me/looks/:id", async ({ request, params }) => {
      looks[String(params.id)] = (await request.json()) as Stored;
      return HttpResponse.json({});
    }),
    http.delete("*/v1/me/looks/:id", ({ params }) => {
      delete looks[String(params.id)];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return looks;
}

beforeEach(() => {
  storeLooks([]);
});

test("looks of both places are merged, changes follow, and the browser forgets them at the end", async () => {
  const looks = account({ x: { name: "Far", item_ids: ["coat"] } });
  storeLooks([{ name: "Near", itemIds: ["boots", "bag"] }]);
  const leave = await syncLooks();
  expect(savedLooks().map(({ name }) => name)).toEqual(["Far", "Near"]);
  expect(looks[idOf("bag boots")]).toEqual({ name: "Near", item_ids: ["boots", "bag"] });
  storeLooks([{ name: "Nearer", itemIds: ["boots", "bag"] }]);
  await vi.waitFor(() => expect(looks[idOf("bag boots")]?.name).toBe("Nearer"));
  await vi.waitFor(() => expect(savedLooks()).toHaveLength(1));
  leave();
  expect(savedLooks()).toEqual([]);
  expect(looks[idOf("bag boots")]?.name).toBe("Nearer");
});

test("of two that begin at once, the first undoes nothing", async () => {
  const looks = account({});
  storeLooks([{ name: "Near", itemIds: ["boots"] }]);
  const [first, second] = await Promise.all([syncLooks(), syncLooks()]);
  first();
  expect(savedLooks()).toHaveLength(1);
  expect(Object.keys(looks)).toEqual([idOf("boots")]);
  second();
  expect(savedLooks()).toEqual([]);
});

test("a look has the same id whatever its name, and another one has another", () => {
  expect(idOf("a b")).toMatch(/^[0-9a-f]{16}$/);
  expect(idOf("a b")).not.toBe(idOf("a c"));
});
