import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Asked, openShop } from "@/testing/catalogue";
import { info } from "@/testing/info";
import { facets, itemPage, product, results, variants } from "@/testing/products";
import { renderAt } from "@/testing/render";
import { problem, server } from "@/testing/server";

const photo = (name = "boots.jpg", type = "image/jpeg") => new File(["pixels"], name, { type });
const cards = () => within(screen.getByRole("list", { name: "Most similar to your photo" })).getAllByRole("article");

let asked: Asked;
beforeEach(() => {
  asked = openShop();
});

/** The page after `file` was chosen. */
async function searchWith(file: File, address = "/") {
  const site = renderAt(address);
  await site.user.upload(await screen.findByTestId("photo-file"), file);
  return site;
}

describe("a photo", () => {
  test("is searched with in its own colour, in any, or in one that the person picks", async () => {
    const { user } = await searchWith(photo());
    const choice = await screen.findByRole("combobox", { name: "Colour of the results" });
    expect(choice).toHaveDisplayValue("Same colour");
    expect(asked.searches.at(-1)?.getAll("colour")).toEqual([]);
    await user.selectOptions(choice, "Any colour");
    await waitFor(() => expect(asked.searches.at(-1)?.getAll("colour")).toEqual(["ignore"]));
    await user.selectOptions(choice, "Pick a colour");
    const picked = await screen.findByLabelText("The colour to look for");
    fireEvent.input(picked, { target: { value: "#c4202f" } });
    fireEvent.blur(picked);
    await waitFor(() => expect(asked.searches.at(-1)?.getAll("colour")).toEqual(["#c4202f"]));
  });

  test("has no choice of colour where the vectors have none", async () => {
    server.use(http.get("*/v1/info", () => HttpResponse.json(info({ colour_search: false }))));
    await searchWith(photo());
    await waitFor(() => expect(cards()).toHaveLength(10));
    expect(screen.queryByRole("combobox", { name: "Colour of the results" })).not.toBeInTheDocument();
  });

  test("that is chosen finds ten items, with their band, what they share and ways on", async () => {
    await searchWith(photo());
    expect(await screen.findByRole("heading", { level: 1, name: "Most similar to your photo" })).toBeInTheDocument();
    await waitFor(() => expect(cards()).toHaveLength(10));
    const first = within(cards()[0] as HTMLElement);
    expect(first.getByRole("link", { name: "Item 1" })).toHaveAttribute("href", "/item/item-1");
    expect(first.getByRole("img", { name: "Item 1, Ankle Boots, black" })).toHaveAttribute("width", "320");
    expect(await first.findByText("Very likely")).toBeInTheDocument();
    expect(first.getByText("Same: black and plain")).toBeInTheDocument(); // the band says the type
    expect(first.queryByText(/0[.,]94/)).not.toBeInTheDocument();
    expect(first.getByText("€129.00")).toBeInTheDocument();
    expect(first.getByRole("link", { name: /^More like this\s*: Item 1$/ })).toHaveAttribute("href", "/?like=item-1");
    expect(first.getByRole("link", { name: /^Goes with this\s*: Item 1$/ })).toHaveAttribute("href", "/?with=item-1");
    expect(asked.searches).toHaveLength(1);
    expect(asked.searches[0]?.get("k")).toBe("24");
    expect(asked.searches[0]?.get("image")).toHaveProperty("type", "image/jpeg");
  });

  test("that is pasted is searched with too", async () => {
    renderAt("/");
    await screen.findByTestId("photo-file");
    fireEvent.paste(document, { clipboardData: { files: [photo("pasted.png", "image/png")] } });
    expect(await screen.findByRole("heading", { level: 1, name: "Most similar to your photo" })).toBeInTheDocument();
  });

  test("that is dropped is searched with too", async () => {
    renderAt("/");
    const target = await screen.findByRole("button", { name: /choose a file/ });
    fireEvent.drop(target, {
      dataTransfer: { items: [{ kind: "file", type: "image/jpeg", getAsFile: () => photo() }], types: ["Files"] },
    });
    expect(await screen.findByRole("heading", { level: 1, name: "Most similar to your photo" })).toBeInTheDocument();
  });

  test("from the examples is searched with as it is in the shop", async () => {
    const { user } = renderAt("/");
    await user.click(await screen.findByRole("button", { name: "Search with the example photo Red coat" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Most similar to your photo" })).toBeInTheDocument();
    await waitFor(() => expect(asked.searches).toHaveLength(1));
  });

  test("from the examples is one that shoppers take, where there are such", async () => {
    const photos = [{ title: "Green Heels", image_url: "/v1/examples/heels" }];
    server.use(
      http.get("*/v1/examples", () => HttpResponse.json({ examples: [product()], photos })),
      http.get("*/v1/examples/heels", () => HttpResponse.arrayBuffer(new ArrayBuffer(9))),
    );
    const { user } = renderAt("/");
    const example = await screen.findByRole("button", { name: /^Search with the example photo/ });
    expect(example).toHaveAccessibleName("Search with the example photo Green Heels");
    await user.click(example);
    await waitFor(() => expect(asked.searches).toHaveLength(1));
  });

  test("from the camera has a control of its own, and the file chooser asks for no camera", async () => {
    const { container } = renderAt("/");
    expect(await screen.findByTestId("photo-file")).not.toHaveAttribute("capture");
    expect(container.querySelectorAll("input[capture=environment]")).toHaveLength(1);
  });

  test("is kept while the person looks at an item", async () => {
    const { user, router } = await searchWith(photo());
    await waitFor(() => expect(cards()).toHaveLength(10));
    await user.click(screen.getByRole("link", { name: "Item 1" }));
    await screen.findByRole("heading", { level: 1, name: "Leather ankle boots" });
    router.history.back();
    await screen.findByRole("heading", { level: 1, name: "Most similar to your photo" });
    expect(asked.searches).toHaveLength(1);
  });
});

test("after a choice the keyboard goes on beside the photo", async () => {
  await searchWith(photo());
  await waitFor(() => expect(screen.getByRole("region", { name: "Your photo" })).toHaveFocus());
});

test("show more asks by cursor, without the photo, and the keyboard goes on at the first new card", async () => {
  const { user } = await searchWith(photo());
  await user.click(await screen.findByRole("button", { name: "Show more" }));
  await waitFor(() => expect(cards()).toHaveLength(15));
  expect(asked.searches[1]?.get("cursor")).toBe("page-2");
  expect(asked.searches[1]?.get("image")).toBeNull();
  await waitFor(() => expect(screen.getByRole("link", { name: "Item 11" })).toHaveFocus());
  expect(screen.getByText("That is everything.")).toBeInTheDocument();
});

test("a crop is searched with, by numbers and so without any dragging", async () => {
  const { user } = await searchWith(photo());
  await user.click(await screen.findByRole("button", { name: "Crop" }));
  const dialog = within(await screen.findByRole("dialog", { name: "What are you looking for?" }));
  for (const [label, value] of [
    ["Left", 10],
    ["Top", 20],
    ["Width", 50],
    ["Height", 60],
  ] as const) {
    fireEvent.change(dialog.getByRole("spinbutton", { name: label, hidden: true }), { target: { value } });
  }
  await user.click(dialog.getByRole("button", { name: "Search this part" }));
  await waitFor(() => expect(asked.searches).toHaveLength(2));
  expect(asked.searches[1]?.get("crop")).toBe("0.1,0.2,0.5,0.6");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

describe("each problem has its own words:", () => {
  const answering = (code: string, status: number) => server.use(http.post("*/v1/search", () => problem(code, status)));

  test.each([
    ["image-too-large", 413, "This photo is too large"],
    ["unsupported-image", 415, "This file type is not supported"],
    ["broken-image", 422, "This picture cannot be opened"],
    ["internal-error", 500, "Something went wrong"],
  ])("%s", async (code, status, words) => {
    answering(code, status);
    await searchWith(photo());
    expect(await screen.findByRole("alert")).toHaveTextContent(words);
  });

  test("a file that is no picture, before anything is sent", async () => {
    await searchWith(photo("bill.pdf", "application/pdf"));
    expect(await screen.findByRole("alert")).toHaveTextContent("This file type is not supported");
    expect(asked.searches).toHaveLength(0);
  });

  test("offline, and the search goes on when asked again", async () => {
    server.use(http.post("*/v1/search", () => HttpResponse.error(), { once: true }));
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const { user } = await searchWith(photo());
    expect(await screen.findByRole("alert")).toHaveTextContent("You are offline");
    online.mockReturnValue(true);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(cards()).toHaveLength(10));
  });

  test("warming up, and the search goes on by itself", async () => {
    server.use(http.post("*/v1/search", () => problem("not-ready", 503, { "Retry-After": "1" }), { once: true }));
    await searchWith(photo());
    expect(await screen.findByText(/The search is warming up/)).toBeInTheDocument();
    expect(screen.getAllByRole("status", { name: "Loading" }).length).toBeGreaterThan(0);
    await waitFor(() => expect(cards()).toHaveLength(10));
    expect(screen.queryByText(/The search is warming up/)).not.toBeInTheDocument();
  });

  test("no good match, before the closest there are", async () => {
    const answer = {
      results: results(10, 1, { same_type_probability: 0.1, band: "unlikely" }),
      calibrated: true,
      is_good_match: false,
      next_cursor: null,
    };
    server.use(http.post("*/v1/search", () => HttpResponse.json(answer)));
    await searchWith(photo());
    expect(await screen.findByText("Nothing very similar here")).toBeInTheDocument();
    expect(cards()).toHaveLength(10);
    expect(screen.getAllByText("Unlikely")).toHaveLength(10);
  });
});

describe("filters", () => {
  test("show their counts, go into the address, and narrow the search", async () => {
    const { user, router } = await searchWith(photo());
    const black = await screen.findByRole("checkbox", { name: /black/ });
    expect(black.closest("label")).toHaveTextContent("black8");
    expect(screen.getByRole("checkbox", { name: /^light blue/ })).toBeInTheDocument(); // the name of a code
    await user.click(black);
    expect(router.state.location.searchStr).toBe("?photo=1&colour=black");
    await waitFor(() => expect(asked.searches.at(-1)?.getAll("colour")).toEqual(["black"]));
  });

  test("are those that the server describes, by its names for them", async () => {
    const labels = { en: "Colour of the thing", de: "Farbe des Dings" };
    const filters = [{ name: "colour" as const, kind: "text" as const, facet: "colours" as const, labels }];
    server.use(http.get("*/v1/info", () => HttpResponse.json(info({ filters }))));
    renderAt("/");
    const colours = await screen.findByRole("list", { name: "Colour of the thing" });
    await waitFor(() => expect(colours).toHaveTextContent("black8"));
    expect(screen.queryByRole("list", { name: "Department" })).not.toBeInTheDocument();
  });

  test("are chips above the results, which a press removes, and the keyboard goes on beside it", async () => {
    const { user, router } = renderAt("/?colour=black&price_max=50&in_stock=true");
    const chips = within(await screen.findByRole("list", { name: "Active filters" }));
    const texts = () => chips.getAllByRole("button").map((chip) => chip.textContent);
    await waitFor(() => expect(texts()).toEqual(["Black", "Up to €50.00", "In stock only"]));
    await user.click(chips.getByRole("button", { name: "Remove the filter Colour: black" }));
    await waitFor(() => expect(router.state.location.searchStr).toBe("?price_max=50&in_stock=true"));
    await waitFor(() => expect(chips.getAllByRole("button")[0]).toHaveFocus());
    await user.click(screen.getAllByRole("button", { name: "Clear all" })[1] as HTMLElement);
    await waitFor(() => expect(router.state.location.searchStr).toBe(""));
    expect(screen.queryByRole("list", { name: "Active filters" })).not.toBeInTheDocument();
  });

  test("have the stock, the colours themselves, and how many items cost how much", async () => {
    const stocked = facets({ availabilities: { "in stock": 9 } });
    server.use(
      http.get("*/v1/items", ({ request }) => {
        asked.filters.push(new URL(request.url).searchParams);
        return HttpResponse.json(itemPage([product()], { facets: stocked }));
      }),
    );
    const { user, router } = renderAt("/?price_max=22");
    const prices = await screen.findByRole("img", { name: "Prices of 10 items, most often from €20.00 to €25.00" });
    expect([...prices.children].filter((bar) => bar.className.includes("bg-accent"))).toHaveLength(2);
    const teal = (await screen.findByRole("checkbox", { name: /teal/ })).closest("label");
    expect(teal?.querySelector("[aria-hidden=true]")).toHaveStyle({ backgroundColor: "#1f7f86" });
    await user.click(screen.getByRole("checkbox", { name: "In stock only" }));
    await waitFor(() => expect(router.state.location.searchStr).toBe("?price_max=22&in_stock=true"));
    await waitFor(() => expect(asked.filters.at(-1)?.get("in_stock")).toBe("true"));
    expect(asked.filters.map((filter) => filter.get("limit"))).toEqual(["24", "24"]); // the results have the facets
  });

  test("that leave nothing say so, and can be cleared", async () => {
    server.use(
      http.post("*/v1/search", async ({ request }) => {
        const isFiltered = (await request.formData()).has("brand");
        return HttpResponse.json({
          results: isFiltered ? [] : results(10),
          calibrated: true,
          is_good_match: true,
          next_cursor: null,
        });
      }),
    );
    const { user, router } = await searchWith(photo(), "/?brand=Nobody");
    expect(await screen.findByText("No item matches all of these filters.")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    await waitFor(() => expect(cards()).toHaveLength(10));
    expect(router.state.location.searchStr).toBe("?photo=1");
  });

  test("by price refuse a range that is upside down", async () => {
    const { user, router } = renderAt("/");
    await user.type(await screen.findByRole("spinbutton", { name: "Price from" }), "90");
    await user.type(screen.getByRole("spinbutton", { name: "Price to" }), "10{Enter}");
    expect(screen.getByText("The lower price is above the upper one.")).toBeInTheDocument();
    await user.clear(screen.getByRole("spinbutton", { name: "Price to" }));
    await user.type(screen.getByRole("spinbutton", { name: "Price to" }), "120{Enter}");
    await waitFor(() => expect(router.state.location.searchStr).toBe("?price_min=90&price_max=120"));
  });
});

describe("without a photo", () => {
  test("more like an item shows its neighbours, and more of them", async () => {
    const { user } = renderAt("/?like=boots-1");
    const list = await screen.findByRole("list", { name: "More like Leather ankle boots" });
    await waitFor(() => expect(within(list).getAllByRole("article")).toHaveLength(24));
    await user.click(screen.getByRole("button", { name: "Show more" }));
    await waitFor(() => expect(within(list).getAllByRole("article")).toHaveLength(30));
    expect(
      new Set(
        within(list)
          .getAllByRole("article")
          .map((card) => card.dataset.itemId),
      ).size,
    ).toBe(30);
    expect(screen.queryByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  });

  test.each([
    ["/?like=boots-1", "Show 30 items"],
    ["/?with=boots-1", "Show 1 item"],
    ["/?like=boots-1&text=but+red", "Show 17 items"],
  ])("the filters of a small screen say how many items %s shows", async (address, name) => {
    vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
    server.use(
      http.get("*/v1/search", ({ request }) =>
        HttpResponse.json({
          results: results(3),
          calibrated: true,
          is_good_match: true,
          next_cursor: null,
          total: new URL(request.url).searchParams.has("facets") ? 17 : null,
        }),
      ),
    );
    const { user } = renderAt(address);
    await screen.findAllByRole("article");
    await user.click(screen.getByRole("button", { name: "Filters" }));
    expect(await screen.findByRole("button", { name })).toBeInTheDocument();
    vi.unstubAllGlobals();
  });

  test("what goes with an item comes by category", async () => {
    renderAt("/?with=boots-1");
    expect(await screen.findByRole("heading", { level: 1, name: "Goes with Leather ankle boots" })).toBeInTheDocument();
    expect(await screen.findByRole("heading", { level: 2, name: "Coats & jackets" })).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Camel coat" })).toBeInTheDocument();
    expect(screen.getByText("Goes very well")).toBeInTheDocument();
    expect(screen.getByText("black is neutral and goes with camel")).toBeInTheDocument();
  });

  test("the catalogue is there to look around", async () => {
    server.use(http.get("*/v1/items", () => HttpResponse.json(itemPage([], { total: 0 }))));
    renderAt("/?brand=Nobody");
    expect(await screen.findByText("No item matches all of these filters.")).toBeInTheDocument();
  });

  test("a card is one product with its variants", async () => {
    const several = variants(["red", "blue", "green"], ["S", "M"], []);
    server.use(
      http.get("*/v1/items", () =>
        HttpResponse.json(itemPage([product({ variants: several, url: "https://shop.example/boots" })])),
      ),
    );
    renderAt("/");
    const card = within(await screen.findByRole("article"));
    expect(card.getByText("3 colours · 2 sizes")).toBeInTheDocument();
    expect(card.getByText("€19.00 – €29.00")).toBeInTheDocument();
    expect(card.getByRole("link", { name: /^Buy in the shop/ })).toHaveAttribute("href", "https://shop.example/boots");
    const inOrder = card.getAllByRole("link").map((link) => link.textContent?.split(":")[0]);
    expect(inOrder).toEqual(["Leather ankle boots", "Buy in the shop", "More like this", "Goes with this"]);
  });

  test("prices are in one currency, which is named where there are several", async () => {
    const mixed = facets({ currencies: { EUR: 9, JPY: 1 }, price_currency: "EUR" });
    server.use(http.get("*/v1/items", () => HttpResponse.json(itemPage([product()], { facets: mixed }))));
    renderAt("/");
    expect(await screen.findByRole("group", { name: "Price EUR" })).toBeInTheDocument();
  });
});
