import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test } from "vitest";
import type { ImportJob } from "@/api/types";
import { renderAdminAt } from "@/testing/render";
import { problem, server } from "@/testing/server";

/** Plays the browser's side of the events, which jsdom lacks. */
class Events extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Events[] = [];
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Events.opened.push(this);
  }
  close() {
    this.readyState = Events.CLOSED;
  }
  send(name: string, job: ImportJob) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(job) }));
  }
}

function job(changes: Partial<ImportJob>): ImportJob {
  const counts = {
    accepted: 0,
    rejected: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    pruned: 0,
    encoded: 0,
    not_encoded: 0,
  };
  const rest = { done: 0, total: 0, prune_refused: "", rejections: [], error: "", remedy: "", cancel_requested: false };
  const who = {
    job_id: "a1",
    state: "running",
    created: "2026-11-26T18:00:00Z",
    source: "feed.csv",
    stage: "",
  } as const;
  return { ...who, ...counts, ...rest, ...changes };
}

beforeEach(() => {
  Events.opened = [];
  server.use(
    http.get("*/v1/feeds", () => HttpResponse.json({ feeds: [] })),
    http.get("*/v1/overview", () => HttpResponse.json({ import_urls: false })),
  );
  Object.defineProperty(globalThis, "EventSource", { value: Events, configurable: true });
});

function list(...imports: ImportJob[]) {
  server.use(http.get("*/v1/imports", () => HttpResponse.json({ imports })));
}

test("follows the oldest import by its events, to its end with the rejected rows", async () => {
  list(job({ job_id: "b2", state: "queued", source: "later.csv" }), job({ job_id: "a1", stage: "reading" }));
  renderAdminAt("/admin/imports");
  const card = within(await screen.findByRole("article", { name: "feed.csv" }));
  expect(card.getByRole("status")).toHaveTextContent("Reading");
  expect(Events.opened.map(({ url }) => url)).toEqual(["/v1/imports/a1/events"]);

  Events.opened[0]?.send("progress", job({ stage: "encoding", accepted: 1200, done: 300, total: 1200 }));
  expect(await card.findByText("Encoding pictures 300 / 1,200")).toBeInTheDocument();
  expect(card.getByRole("progressbar")).toHaveAttribute("value", "300");

  const row = {
    file: "feed.csv",
    line: 7,
    item_id: "x-1",
    code: "bad-price",
    message: "price 'a' is no number.",
    remedy: "",
  };
  Events.opened[0]?.send("end", job({ state: "succeeded", added: 1200, rejected: 3, rejections: [row] }));
  expect(await card.findByText("Done")).toBeInTheDocument();
  expect(card.getByText("The first 1 of 3 rejected rows")).toBeInTheDocument();
  expect(card.getByText("price 'a' is no number.")).toBeInTheDocument();
  expect(Events.opened.map(({ url }) => url)).toEqual(["/v1/imports/a1/events", "/v1/imports/b2/events"]);
  expect(Events.opened[0]?.readyState).toBe(Events.CLOSED);
});

test("sends a feed, and cancels its import", async () => {
  list();
  server.use(
    http.post("*/v1/imports", async ({ request }) => {
      const url = new URL(request.url);
      expect([url.searchParams.get("prune"), request.headers.get("X-CSRF-Token")]).toEqual(["true", "c5f"]);
      return HttpResponse.json(job({ state: "queued", source: "feed.csv" }), { status: 202 });
    }),
    http.delete("*/v1/imports/a1", () => HttpResponse.json(job({ cancel_requested: true }), { status: 202 })),
  );
  const { user } = renderAdminAt("/admin/imports");
  expect(await screen.findByText("Nothing was imported yet")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Import" }));
  expect(screen.getByRole("alert")).toHaveTextContent("Choose a file first.");
  await user.upload(screen.getByLabelText(/^Feed \(/), new File(["title\n"], "feed.csv", { type: "text/csv" }));
  await user.click(screen.getByRole("checkbox"));
  await user.click(screen.getByRole("button", { name: "Import" }));
  await user.click(await screen.findByRole("button", { name: "Cancel the import of feed.csv" }));
  expect(await screen.findByText("Will be cancelled after this batch")).toBeInTheDocument();
});

test("says why a feed was not accepted, or an import failed", async () => {
  list(job({ state: "failed", error: "the feed has no title.", remedy: "Name the column." }));
  server.use(http.post("*/v1/imports", () => problem("bad-feed", 422)));
  const { user } = renderAdminAt("/admin/imports");
  expect(await screen.findByText("the feed has no title. Name the column.")).toBeInTheDocument();
  await user.upload(screen.getByLabelText(/^Feed \(/), new File(["x"], "feed.csv"));
  await user.click(screen.getByRole("button", { name: "Import" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The feed was not accepted: bad-feed");
});

test("a feed is fetched by its address where the server may", async () => {
  list();
  const asked: unknown[] = [];
  server.use(
    http.get("*/v1/overview", () => HttpResponse.json({ import_urls: true })),
    http.post("*/v1/imports", async ({ request }) => {
      asked.push(await request.json());
      const source = "https://shop.example/feed.csv";
      return HttpResponse.json(job({ state: "queued", source }), { status: 202 });
    }),
  );
  const { user } = renderAdminAt("/admin/imports");
  const address = await screen.findByRole("textbox", { name: "Address of the feed" });
  await user.type(address, "shop.example/feed.csv");
  await user.click(screen.getByRole("button", { name: "Fetch and import" }));
  expect(address).toBeInvalid();
  await user.clear(address);
  await user.type(address, "https://shop.example/feed.csv?key=1");
  await user.click(screen.getByRole("button", { name: "Fetch and import" }));
  expect(await screen.findByRole("article", { name: "https://shop.example/feed.csv" })).toBeInTheDocument();
  expect(asked).toEqual([{ url: "https://shop.example/feed.csv?key=1", prune: false }]);
  expect(Events.opened.map(({ url }) => url)).toEqual(["/v1/imports/a1/events"]);
});

test("says which setting lets the server fetch feeds", async () => {
  list();
  renderAdminAt("/admin/imports");
  expect(await screen.findByText(/Start it with DEEPSTYLE_IMPORT_URLS=true/)).toBeInTheDocument();
  expect(screen.queryByRole("textbox", { name: "Address of the feed" })).not.toBeInTheDocument();
});

test("lists the feeds in sync with their last runs", async () => {
  list();
  const run = {
    ...job({ accepted: 640, rejected: 3 }),
    outcome: "failed",
    started: "2026-11-27T08:00:00Z",
    duration_s: 1,
    error: "no such file.",
  };
  const feed = { feed: "https://shop.example/f.csv", failures: 2, next_run: null, last_run: run };
  server.use(http.get("*/v1/feeds", () => HttpResponse.json({ feeds: [feed] })));
  renderAdminAt("/admin/imports");
  const card = within(await screen.findByRole("article", { name: feed.feed }));
  expect(card.getByText("Failed")).toBeInTheDocument();
  expect(card.getByText(/no such file/)).toBeInTheDocument();
  expect(card.getByText("2 runs in a row failed")).toBeInTheDocument();
});
