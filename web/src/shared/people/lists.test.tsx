import { act, renderHook } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { problem, server } from "@/testing/server";
import { add, clear, enterAccount, leaveAccount, remove, useIds } from "./lists";

/** An account at the server with these lists. */
function account(lists: Record<string, string[]>) {
  server.use(
    http.get("*/v1/me/:name", ({ params }) => {
      const items = (lists[String(params.name)] ?? []).map((item_id) => ({ item_id, at: "", item: null }));
      return HttpResponse.json({ items, total: items.length, next_cursor: null });
    }),
    http.put("*/v1/me/:name/:id", ({ params }) => {
      lists[String(params.name)] = [String(params.id), ...(lists[String(params.name)] ?? [])];
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete("*/v1/me/:name/:id", ({ params }) => {
      lists[String(params.name)] = (lists[String(params.name)] ?? []).filter((id) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return lists;
}

beforeEach(() => {
  localStorage.clear();
  leaveAccount();
});

test("without an account the browser stores the lists", async () => {
  const { result } = renderHook(() => useIds("wishlist"));
  await act(async () => {
    await add("wishlist", "boots");
    await add("wishlist", "coat");
    await add("wishlist", "boots");
  });
  expect(result.current).toEqual(["coat", "boots"]);
  expect(localStorage.getItem("deepstyle.wishlist")).toBe('["coat","boots"]');
  await act(() => remove("wishlist", "coat"));
  expect(result.current).toEqual(["boots"]);
  await act(() => clear("wishlist"));
  expect(localStorage.getItem("deepstyle.wishlist")).toBeNull();
});

test("who signs in takes along what she collected, in its order, and leaves nothing behind", async () => {
  const lists = account({ wishlist: ["bag"] });
  const { result } = renderHook(() => useIds("wishlist"));
  await act(async () => {
    await add("wishlist", "boots");
    await add("wishlist", "coat");
    await enterAccount();
  });
  expect(lists.wishlist).toEqual(["coat", "boots", "bag"]);
  expect(result.current).toEqual(["coat", "boots", "bag"]);
  expect(localStorage.getItem("deepstyle.wishlist")).toBeNull();
  await act(() => remove("wishlist", "boots"));
  expect(lists.wishlist).toEqual(["coat", "bag"]);
  act(leaveAccount);
  expect(result.current).toEqual([]);
});

test("what cannot be stored is taken back", async () => {
  account({});
  const { result } = renderHook(() => useIds("hidden"));
  await act(enterAccount);
  server.use(http.put("*/v1/me/hidden/:id", () => problem("internal-error", 500)));
  await act(async () => {
    await expect(add("hidden", "boots")).rejects.toThrow();
  });
  expect(result.current).toEqual([]);
});

test("what is taken back leaves what was changed meanwhile, in its order", async () => {
  account({ wishlist: ["bag"] });
  const { result } = renderHook(() => useIds("wishlist"));
  await act(enterAccount);
  const answers: Record<string, () => void> = {};
  server.use(
    http.put("*/v1/me/wishlist/:id", async ({ params }) => {
      await new Promise<void>((answer) => {
        answers[String(params.id)] = answer;
      });
      return params.id === "boots" ? problem("internal-error", 500) : new HttpResponse(null, { status: 204 });
    }),
  );
  await act(async () => {
    const failed = expect(add("wishlist", "boots")).rejects.toThrow();
    const kept = [add("wishlist", "coat"), add("wishlist", "hat")];
    await vi.waitUntil(() => answers.boots && answers.coat && answers.hat);
    for (const id of ["hat", "boots", "coat"]) {
      answers[id]?.();
      await (id === "boots" ? failed : kept[id === "coat" ? 0 : 1]);
    }
  });
  expect(result.current).toEqual(["hat", "coat", "bag"]);
});

test("what somebody else wrote into the browser's storage is read with distrust", () => {
  localStorage.setItem("deepstyle.wishlist", '["boots", 7, "", "boots", null]');
  localStorage.setItem("deepstyle.hidden", "{");
  leaveAccount();
  expect(renderHook(() => useIds("wishlist")).result.current).toEqual(["boots"]);
  expect(renderHook(() => useIds("hidden")).result.current).toEqual([]);
});

test("what is saved while the account is read is there afterwards", async () => {
  const lists = account({ wishlist: ["bag"] });
  const { result } = renderHook(() => useIds("wishlist"));
  await act(async () => {
    const entering = enterAccount();
    await Promise.all([entering, add("wishlist", "boots"), add("wishlist", "coat")]);
  });
  expect(result.current).toEqual(["coat", "boots", "bag"]);
  expect(lists.wishlist?.toSorted()).toEqual(["bag", "boots", "coat"]);
});
