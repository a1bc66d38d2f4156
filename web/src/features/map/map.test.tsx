import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { product } from "@/testing/products";
import { renderAdminAt } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { readNews } from "./canvas/protocol";
import { readMapParams } from "./params";

const point = (item_id: string, category: string) => ({
  item_id,
  x: 0.1,
  y: -0.2,
  category,
  title: `Title ${item_id}`,
});
const manyShoes = Array.from({ length: 60 }, (_, at) => point(`shoe-${String(at).padStart(2, "0")}`, "shoes"));

function serveMap(points = [...manyShoes, point("hat-1", "hats"), point("odd-1", "")]) {
  server.use(http.get("*/v1/map", () => HttpResponse.json({ method: "t-SNE", points })));
}

/** Plays the frame, because jsdom loads none. */
function frameSays(news: unknown, source?: Window) {
  const frame = screen.getByTitle<HTMLIFrameElement>(/map as a picture/);
  window.dispatchEvent(new MessageEvent("message", { data: news, source: source ?? frame.contentWindow }));
}

describe("map", () => {
  it("lists every item in a table, by category, page by page", async () => {
    serveMap();
    const { user, router } = renderAdminAt("/admin/map?view=table");
    expect(await screen.findAllByRole("row")).toHaveLength(51);
    expect(screen.getByText("Page 1 of 2")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Next" }));
    const rows = await screen.findAllByRole("row");
    expect(rows).toHaveLength(13);
    expect(within(rows.at(-1) as HTMLElement).getByText("Other")).toBeInTheDocument();
    expect(router.state.location.searchStr).toBe("?view=table&page=2");
  });

  it("filters by category, and forgets the page", async () => {
    serveMap();
    const { user, router } = renderAdminAt("/admin/map?view=table&page=2");
    await user.click(await screen.findByRole("button", { name: /^Hats/ }));
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(2));
    expect(screen.getByRole("button", { name: /^Hats/ })).toHaveAttribute("aria-pressed", "true");
    expect(router.state.location.searchStr).toBe("?view=table&category=hats");
  });

  it("shows the item that was chosen in the frame", async () => {
    serveMap();
    server.use(http.get("*/v1/items/:id", ({ params }) => HttpResponse.json(product({ item_id: String(params.id) }))));
    const { router } = renderAdminAt("/admin/map");
    await screen.findByTitle(/map as a picture/);
    frameSays({ news: "chosen", point: 60 });
    expect(await screen.findByRole("link", { name: "Leather ankle boots" })).toHaveAttribute("href", "/item/hat-1");
    expect(router.state.location.searchStr).toBe("?item=hat-1");
  });

  it("listens to nobody but its frame", async () => {
    serveMap();
    const { router } = renderAdminAt("/admin/map");
    await screen.findByTitle(/map as a picture/);
    frameSays({ news: "chosen", point: 60 }, window);
    expect(router.state.location.searchStr).toBe("");
  });

  it("says so where the frame cannot draw", async () => {
    serveMap();
    renderAdminAt("/admin/map");
    await screen.findByTitle(/map as a picture/);
    frameSays({ news: "failed" });
    expect(await screen.findByText("The picture cannot be drawn here")).toBeInTheDocument();
  });

  it("names the command where there is no map", async () => {
    server.use(http.get("*/v1/map", () => problem("no-map", 404)));
    renderAdminAt("/admin/map");
    expect(await screen.findByText(/deepstyle points/)).toBeInTheDocument();
  });
});

it("takes no news that it does not know", () => {
  expect(readNews({ news: "chosen", point: 2 }, 3)).toEqual({ news: "chosen", point: 2 });
  expect(readNews({ news: "chosen", point: null }, 3)).toEqual({ news: "chosen", point: null });
  for (const wrong of [
    null,
    "ready",
    {},
    { news: "no" },
    { news: "chosen", point: 3 },
    { news: "chosen", point: 0.5 },
  ]) {
    expect(readNews(wrong, 3)).toBeUndefined();
  }
  expect(readNews({ news: "over", point: 1, x: Number.NaN, y: 2 }, 3)).toBeUndefined();
});

it("reads any address", () => {
  expect(readMapParams({ view: "table", category: ["a", "a"], item: "x", page: "3" })).toEqual({
    view: "table",
    category: ["a"],
    item: "x",
    page: 3,
  });
  expect(readMapParams({ view: "globe", page: "-1" })).toEqual({});
});
