import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import type { SearchResults } from "@/api/types";
import { type Asked, openShop } from "@/testing/catalogue";
import { facets, results } from "@/testing/products";
import { renderAt } from "@/testing/render";
import { server } from "@/testing/server";

let asked: Asked;
beforeEach(() => {
  asked = openShop();
});

const box = () => screen.findByRole("combobox", { name: "Search the shop" });

/** The server's answers to words, from now on. */
function answering(fields: Partial<SearchResults>) {
  const answer = { results: results(10), calibrated: false, is_good_match: null, next_cursor: null, ...fields };
  server.use(
    http.get("*/v1/search", ({ request }) => {
      asked.words.push(new URL(request.url).searchParams);
      return HttpResponse.json(answer);
    }),
  );
}

describe("the search box", () => {
  test("searches with Enter, by an address that can be shared, and remembers it in the tab", async () => {
    const { user, router } = renderAt("/studio");
    await user.type(await box(), "  ankle boots{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "Results for “ankle boots”" })).toBeInTheDocument();
    expect(router.state.location.href).toBe("/?text=ankle+boots");
    expect(asked.words.at(-1)?.get("text")).toBe("ankle boots");
    expect(screen.queryByText(/Similarity/)).not.toBeInTheDocument();
    await user.clear(await box());
    await user.click(await box());
    expect(await screen.findByRole("option", { name: "ankle boots" })).toBeInTheDocument();
    expect(localStorage).toHaveLength(0);
  });

  test("suggests while one types: arrows choose, Escape closes, the focus stays", async () => {
    const { user, router } = renderAt("/");
    const input = await box();
    await user.type(input, "b");
    await screen.findByRole("option", { name: "bots" });
    await user.type(input, "o");
    const option = await screen.findByRole("option", { name: "boots" });
    expect(input).toHaveAttribute("aria-expanded", "true");
    await user.keyboard("{ArrowDown}");
    expect(input).toHaveAttribute("aria-activedescendant", option.id);
    expect(option).toHaveAttribute("aria-selected", "true");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
    expect(input).toHaveFocus();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.href).toBe("/?text=bo"));
    await user.clear(input);
    await user.type(input, "bo");
    await user.click(await screen.findByRole("option", { name: "boots" }));
    await waitFor(() => expect(router.state.location.href).toBe("/?text=boots"));
  });
});

describe("words are shown as they were understood:", () => {
  test("a condition is a chip, and a word again once it is removed", async () => {
    const limit = { text: "under 150 €", start: 10, end: 21 };
    answering({
      recognised: [
        { name: "dominant_colours", value: "teal", text: "petrol", start: 0, end: 6 },
        { name: "price_max", value: 150, ...limit },
        { name: "currencies", value: "EUR", ...limit },
      ],
    });
    const { user, router } = renderAt("/?text=petrol+under+150+€");
    const chips = within(await screen.findByRole("list", { name: "Understood as" }));
    expect(chips.getAllByRole("listitem").map((chip) => chip.textContent)).toEqual(["Teal", "Up to €150.00"]);
    await user.click(chips.getByRole("button", { name: "teal: remove, Colour in the picture" }));
    await waitFor(() => expect(asked.words.at(-1)?.getAll("literal")).toEqual(["petrol"]));
    await user.click(await screen.findByRole("button", { name: "“petrol” as a word: remove" }));
    await waitFor(() => expect(router.state.location.search).not.toHaveProperty("literal"));
  });

  test("corrections and what was left out are said, codes that are not known are not", async () => {
    answering({
      notices: [
        { code: "corrected", parameters: { text: "blakc", word: "black" } },
        { code: "condition_dropped", parameters: { name: "brands", value: "Fennmark" } },
        { code: "newer_than_this_page", parameters: {} },
      ],
    });
    const { user } = renderAt("/?text=blakc");
    const said = within(await screen.findByRole("status", { name: "Notes on the results" }));
    expect(said.getByText(/Results for “black” instead of “blakc”/)).toBeInTheDocument();
    expect(said.getByText("Nothing matches Brand: Fennmark. These results leave that out.")).toBeInTheDocument();
    expect(said.getAllByRole("listitem")).toHaveLength(2);
    await user.click(said.getByRole("button", { name: "Search for “blakc”" }));
    await waitFor(() => expect(asked.words.at(-1)?.getAll("literal")).toEqual(["blakc"]));
  });

  test("nothing found names the reason, and shows what there is without the filters", async () => {
    server.use(
      http.get("*/v1/search", ({ request }) => {
        const isFiltered = new URL(request.url).searchParams.has("brand");
        const notices = [{ code: "nothing_matches", parameters: {} }];
        const found = { calibrated: false, is_good_match: null, next_cursor: null };
        return HttpResponse.json(isFiltered ? { ...found, results: [], notices } : { ...found, results: results(3) });
      }),
    );
    renderAt("/?text=boots&brand=Nobody");
    expect(await screen.findByText("Nothing matches these words.")).toBeInTheDocument();
    expect(screen.getByText("No item matches all of these filters.")).toBeInTheDocument();
    const instead = within(await screen.findByRole("list", { name: "Without the filters" }));
    expect(instead.getAllByRole("article")).toHaveLength(3);
  });
});

test("the order of the results is in the address and the server's, with the number of all", async () => {
  answering({ total: 37, facets: facets({ brands: { Lomvi: 30, Fennmark: 7 } }) });
  const { user, router } = renderAt("/?text=boots");
  expect(await screen.findByText("37 exact matches")).toBeInTheDocument();
  expect(await screen.findByRole("checkbox", { name: /Lomvi\s*30/ })).toBeInTheDocument();
  expect(asked.words.at(-1)?.get("facets")).toBe("true");
  expect(asked.filters).toHaveLength(0); // the catalogue is not counted
  const order = screen.getByRole("combobox", { name: "Sort by" });
  expect(order).toHaveDisplayValue("Best match");
  await user.selectOptions(order, "Price: low to high");
  await waitFor(() => expect(asked.words.at(-1)?.get("sort")).toBe("price"));
  expect(router.state.location.searchStr).toBe("?text=boots&sort=price");
  expect(await screen.findByText("37 items")).toBeInTheDocument();
  await user.selectOptions(order, "Best match");
  await waitFor(() => expect(router.state.location.searchStr).toBe("?text=boots"));
});

test("words beside an item say what should be different from it", async () => {
  answering({ changes: [{ name: "colour", direction: "set", value: "red", text: "red" }] });
  const { user, router } = renderAt("/?like=boots-1");
  await user.type(await screen.findByRole("textbox", { name: "Refine in words" }), "but red{Enter}");
  await waitFor(() => expect(asked.words.at(-1)?.get("like")).toBe("boots-1"));
  expect(asked.words.at(-1)?.get("text")).toBe("but red");
  expect(router.state.location.href).toBe("/?like=boots-1&text=but+red");
  expect(await screen.findByRole("list", { name: "Understood as" })).toHaveTextContent("red");
  await user.click(screen.getByRole("button", { name: "Without these words" }));
  await waitFor(() => expect(router.state.location.href).toBe("/?like=boots-1"));
});
