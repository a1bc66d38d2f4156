import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { openShop } from "@/testing/catalogue";
import { product, results, variants } from "@/testing/products";
import { renderAt } from "@/testing/render";
import { problem, server } from "@/testing/server";

const answering = (fields: Parameters<typeof product>[0]) =>
  server.use(http.get("*/v1/items/:id", () => HttpResponse.json(product(fields))));

beforeEach(() => {
  openShop();
});

test("an item is shown with its words, its neighbours and its partners", async () => {
  answering({ attributes: { season: "winter" } });
  renderAt("/item/boots-1");
  expect(await screen.findByRole("heading", { level: 1, name: "Leather ankle boots" })).toBeInTheDocument();
  expect(screen.getByText("Pointed ankle boots with a block heel.")).toBeInTheDocument();
  expect(screen.getByText("winter")).toBeInTheDocument();
  expect(screen.getAllByText("€129.00").length).toBeGreaterThan(0);
  const partners = within(await screen.findByRole("list", { name: "Goes with this" }));
  expect(partners.getByRole("link", { name: "Camel coat" })).toBeInTheDocument();
  expect(partners.getByText("black is neutral and goes with camel")).toBeInTheDocument();
  const alike = within(await screen.findByRole("list", { name: "Similar items" }));
  expect(alike.getAllByRole("article")).toHaveLength(12);
  expect(screen.getByRole("link", { name: "Build an outfit" })).toHaveAttribute("href", "/studio?item=boots-1");
});

test("all pictures of an item can be chosen", async () => {
  const image_urls = [0, 1, 2].map((picture) => `/image/boots-1?picture=${picture}`);
  answering({ image_urls });
  renderAt("/item/boots-1");
  const pictures = within(await screen.findByRole("list", { name: "Pictures" }));
  expect(pictures.getAllByRole("button")).toHaveLength(3);
  const main = () => screen.getByRole("button", { name: "Zoom the picture" }).querySelector("img");
  expect(main()).toHaveAttribute("src", "/image/boots-1?w=320&fit=card");
  const third = pictures.getByRole("button", { name: "Picture 3 of 3" });
  await userEvent.click(third);
  expect(third).toHaveAttribute("aria-pressed", "true");
  expect(main()).toHaveAttribute("src", "/image/boots-1?picture=2&w=320&fit=card");
});

test("an item with one picture has nothing to choose", async () => {
  answering({});
  renderAt("/item/boots-1");
  await screen.findByRole("heading", { level: 1, name: "Leather ankle boots" });
  expect(screen.queryByRole("list", { name: "Pictures" })).not.toBeInTheDocument();
});

test("a similar item is shown by the picture that matches", async () => {
  server.use(http.get("*/v1/items/:id/similar", () => HttpResponse.json({ results: results(1, 1, { picture: 2 }) })));
  renderAt("/item/boots-1");
  const alike = within(await screen.findByRole("list", { name: "Similar items" }));
  expect(alike.getByRole("img")).toHaveAttribute("src", "/image/item-1?picture=2&w=320&fit=card");
});

test("the shop's page opens apart and learns nothing of this one", async () => {
  answering({ url: "https://shop.example/boots" });
  renderAt("/item/boots-1");
  const link = await screen.findByRole("link", { name: /Buy in the shop/ });
  expect(link).toHaveAttribute("href", "https://shop.example/boots");
  expect(link).toHaveAttribute("rel", expect.stringContaining("noopener"));
});

test.each(["javascript:alert(1)", "data:text/html,x", "", "shop.example/boots"])(
  "no link is made of %j",
  async (url) => {
    answering({ url });
    renderAt("/item/boots-1");
    await screen.findByRole("heading", { level: 1, name: "Leather ankle boots" });
    expect(screen.queryByRole("link", { name: /Buy/ })).not.toBeInTheDocument();
  },
);

test("an item that is gone says so, and leads back", async () => {
  server.use(http.get("*/v1/items/:id", () => problem("unknown-item", 404)));
  renderAt("/item/nobody");
  expect(await screen.findByRole("alert")).toHaveTextContent("This item is not in the shop");
  expect(screen.getByRole("link", { name: "Go to search" })).toHaveAttribute("href", "/");
});

test("the page stays where its partners cannot be fetched", async () => {
  server.use(http.get("*/v1/items/:id/compatible", () => problem("internal-error", 500)));
  renderAt("/item/boots-1");
  expect(await screen.findByRole("heading", { level: 1, name: "Leather ankle boots" })).toBeInTheDocument();
  expect(await screen.findByRole("alert")).toHaveTextContent("Something went wrong");
  expect(await screen.findByRole("list", { name: "Similar items" })).toBeInTheDocument();
});

test("an id with odd signs is asked for as it is", async () => {
  let asked = "";
  server.use(
    http.get("*/v1/items/:id", ({ request }) => {
      asked = new URL(request.url).pathname;
      return HttpResponse.json(product({ item_id: "a/b c" }));
    }),
  );
  renderAt("/item/a%2Fb%20c");
  await screen.findByRole("heading", { level: 1, name: "Leather ankle boots" });
  expect(asked).toBe("/v1/items/a%2Fb%20c");
});

test("the other colours and sizes of the product lead to its variants", async () => {
  answering({ colour: "red", size: "M", variants: variants(["red", "blue"], ["S", "M"], ["red-S", "blue-S"]) });
  renderAt("/item/red-M");
  const sizes = within(await screen.findByRole("navigation", { name: "Sizes" }));
  expect(sizes.getByRole("link", { name: "S (sold out)" })).toHaveAttribute("href", "/item/red-S");
  expect(sizes.getByRole("link", { current: "page" })).toHaveTextContent("M");
  const colours = within(screen.getByRole("navigation", { name: "Colours" }));
  expect(colours.getByRole("link", { name: "blue" })).toHaveAttribute("href", "/item/blue-M");
});

test("a picture is zoomed in a dialog, and its neighbours are a key away", async () => {
  answering({ image_urls: [0, 1, 2].map((picture) => `/image/boots-1?picture=${picture}`) });
  renderAt("/item/boots-1");
  await userEvent.click(await screen.findByRole("button", { name: "Zoom the picture" }));
  const popup = await screen.findByRole("dialog", { name: "Picture" });
  await waitFor(() => expect(popup).toContainElement(document.activeElement as HTMLElement));
  const dialog = within(popup);
  const shown = () => dialog.getByRole("img", { hidden: true });
  expect(shown()).toHaveAttribute("src", "/image/boots-1?picture=0");
  await userEvent.keyboard("{ArrowLeft}");
  expect(shown()).toHaveAttribute("src", "/image/boots-1?picture=2");
  const larger = dialog.getByRole("button", { name: "Larger", hidden: true });
  await userEvent.click(larger);
  expect(larger).toHaveAttribute("aria-pressed", "true");
  await userEvent.keyboard("{ArrowLeft}"); // scrolls now
  expect(shown()).toHaveAttribute("src", "/image/boots-1?picture=2");
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

test("a lower price, the stock, and the looks that show the item are said", async () => {
  const sold = variants(["red"], ["S", "M"], ["red-S"]);
  answering({ item_id: "red-S", price: 80, regular_price: 129, variants: sold });
  const look = { look_id: "l1", title: "Autumn", source: "editorial", gone: [], items: ["red-S", "coat"] };
  const items = look.items.map((item_id) => product({ item_id }));
  server.use(http.get("*/v1/looks", () => HttpResponse.json({ looks: [{ ...look, items }], total: 1 })));
  renderAt("/item/red-S");
  expect(await screen.findByText("Sold out")).toBeInTheDocument();
  expect(screen.getByText("€129.00", { selector: "article s" })).toHaveTextContent("Regular price €129.00");
  const looks = within(await screen.findByRole("list", { name: "Worn in looks" }));
  expect(looks.getByRole("link", { name: "Autumn" })).toHaveAttribute("href", "/look?item=red-S&item=coat");
});

test("nothing very similar is said before the nearest", async () => {
  const answer = { results: results(3, 1, { band: "unlikely" }), is_good_match: false };
  server.use(http.get("*/v1/items/:id/similar", () => HttpResponse.json(answer)));
  renderAt("/item/boots-1");
  expect(await screen.findByText("Nothing very similar here")).toBeInTheDocument();
});

test("the page is shared by the system's sheet, or its link is copied", async () => {
  const user = userEvent.setup();
  answering({});
  renderAt("/item/boots-1");
  await user.click(await screen.findByRole("button", { name: "Share" }));
  expect(await screen.findByText("Link copied")).toBeInTheDocument();
  const share = vi.fn(async () => {});
  Object.defineProperty(navigator, "share", { value: share, configurable: true });
  await user.click(screen.getByRole("button", { name: "Share" }));
  expect(share).toHaveBeenCalledWith({ url: globalThis.location.href, title: "Leather ankle boots" });
  Reflect.deleteProperty(navigator, "share");
});

test("a picture that does not load leaves its name", async () => {
  answering({});
  renderAt("/item/boots-1");
  const button = await screen.findByRole("button", { name: "Zoom the picture" });
  fireEvent.error(within(button).getByRole("img", { hidden: true }));
  expect(button.querySelector("img")).toBeNull();
  expect(button.querySelector("[role=img]")).toHaveAccessibleName(/Leather ankle boots/);
});
