import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { info } from "@/testing/info";
import { renderAt } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { type Asked, COMPLETE, openStylist, SCORE, scored, stock } from "@/testing/stylist";

let asked: Asked;
beforeEach(() => {
  asked = openStylist();
});

/** The studio at an address, once its outfit has been scored. */
async function studioAt(address: string) {
  const site = renderAt(address);
  await screen.findByTestId("outfit-score");
  const params = (name: string) => new URLSearchParams(site.router.state.location.searchStr).getAll(name);
  return { ...site, params };
}

const board = () => within(screen.getByRole("region", { name: "Your outfit" }));
const list = () => within(screen.getByRole("region", { name: "The pieces" }));
const names = () =>
  board()
    .getAllByRole("article")
    .map((piece) => piece.getAttribute("aria-label"));
const photo = () => new File(["pixels"], "shirt.jpg", { type: "image/jpeg" });

describe("an outfit", () => {
  test("is built around one item at once, scored, and explained", async () => {
    await studioAt("/studio?item=tops-5");
    expect(names()).toEqual(["tops 5", "bottoms 1", "shoes 1", "bags 1"]);
    const score = "Goes together beautifully: of 100 outfits with this score, 82 were put together by a stylist.";
    expect(screen.getByTestId("outfit-score")).toHaveTextContent(score);
    expect(screen.getByTestId("weakest-pair")).toHaveTextContent("shoes 1 with bags 1");
    expect(screen.getAllByText("Goes well").length).toBeGreaterThan(0);
    expect(screen.queryByText(/average/)).not.toBeInTheDocument();
    expect(screen.getByText(/In their favour: both plain/)).toBeInTheDocument();
    expect(screen.getByTestId("score-announcement")).toHaveTextContent(
      "Outfit changed. Goes together beautifully. Weakest pair: shoes 1 with bags 1.",
    );
    expect(
      board()
        .getAllByText(/^Weakest pair: with/)
        .map((one) => one.closest("article")?.ariaLabel),
    ).toEqual(["shoes 1", "bags 1"]);
    expect(list().getByText("Total").nextSibling).toHaveTextContent("€80.00");
    expect(asked.completions).toHaveLength(1);
    expect(asked.scores).toHaveLength(0);
  });

  test("without probabilities has ranked looks, and says what the model was measured on", async () => {
    server.use(
      http.post(COMPLETE, () => {
        const measured = { auc_low: null, auc_high: null, outfits: null };
        const measured_on = [
          { ...measured, data: "street looks", auc: 0.71 },
          { ...measured, data: "catalogue", auc: 0.51 },
        ];
        const piece = { item: stock("shoes", 1), photo: null, semantic_category: "shoes" };
        const pair = { score: 0.7, compatibility: null, contribution: 0, reasons: [], concerns: [] };
        const basis = { calibrated: false, event: null, measured_on };
        const concerns = [{ code: "different_genders", parameters: { one: "women", other: "men" } }];
        const pieces = [{ ...piece, item: stock("tops", 5), semantic_category: "tops" }, piece];
        const pairs = [{ ...pair, pieces: [0, 1] }];
        const outfit = { ...basis, score: 0.7, compatibility: null, concerns, pieces, pairs, weakest_pair: 0 };
        return HttpResponse.json({ ...basis, outfits: [outfit] });
      }),
    );
    renderAt("/studio?item=tops-5");
    const note = await screen.findByTestId("uncalibrated");
    expect(note).toHaveTextContent("Ranked by a model that was trained on other catalogues");
    expect(note).toHaveTextContent("On street looks it tells good outfits from others with an AUC of 0.71.");
    expect(note).toHaveTextContent("On this shop's own outfits its AUC is 0.51");
    expect(screen.queryByTestId("outfit-score")).not.toBeInTheDocument();
    expect(screen.getByText(/Against this outfit: One is for women, the other for men./)).toBeInTheDocument();
    expect(screen.getByRole("radio", { name: "Look 1: tops 5 and shoes 1" })).toBeInTheDocument();
  });

  test("offers three looks; the chosen one goes to the board and into the address", async () => {
    const { user, params } = await studioAt("/studio?item=tops-5");
    const looks = screen.getAllByRole("radio", { name: /^Look/ });
    expect(looks).toHaveLength(3);
    expect(looks[0]).toBeChecked();
    await user.click(looks[1] as HTMLElement);
    await waitFor(() => expect(names()).toEqual(["tops 5", "bottoms 2", "shoes 2", "bags 2"]));
    expect(params("item")).toEqual(["tops-5", "bottoms-2", "shoes-2", "bags-2"]);
    expect(params("lock")).toEqual(["tops-5"]);
    expect(screen.getAllByRole("radio", { name: /^Look/ })[1]).toBeChecked();
    expect(asked.completions).toHaveLength(1); // its score and the looks were already cached
    expect(asked.scores).toHaveLength(0);
  });

  test("keeps what is locked when the rest is shuffled", async () => {
    const { user, params } = await studioAt("/studio?item=tops-5&item=shoes-3&item=bags-4&lock=tops-5");
    await user.click(board().getByRole("button", { name: "Lock shoes 3" }));
    await waitFor(() => expect(params("lock")).toEqual(["tops-5", "shoes-3"]));
    await user.click(screen.getByRole("button", { name: "Shuffle" }));
    await waitFor(() => expect(params("item")).not.toContain("bags-4"));
    expect(params("item").slice(0, 2)).toEqual(["tops-5", "shoes-3"]);
    expect(asked.completions.at(-1)?.getAll("slot")).toEqual(["bags"]);
    expect(board().getByRole("button", { name: "Lock shoes 3" })).toHaveAttribute("aria-pressed", "true");
  });

  test("with everything locked cannot be shuffled, and says so", async () => {
    await studioAt("/studio?item=tops-5&item=shoes-3&lock=tops-5&lock=shoes-3");
    expect(screen.getByRole("button", { name: "Shuffle" })).toHaveAttribute("aria-disabled", "true");
    expect(screen.getByText(/Everything is locked/)).toBeInTheDocument();
  });

  test("lets a piece be swapped for one of the alternatives, by the arrow keys too", async () => {
    const { user, params } = await studioAt("/studio?item=tops-5&item=shoes-3&lock=shoes-3");
    await user.click(board().getByRole("button", { name: "Swap shoes 3" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Swap: Shoes" }));
    const first = await dialog.findByRole("button", { name: /Goes better.*shoes 1/ });
    expect(dialog.queryByRole("button", { name: /shoes 3/ })).not.toBeInTheDocument();
    first.focus();
    await user.keyboard("{End}{ArrowLeft}{Enter}");
    await waitFor(() => expect(params("item")).toEqual(["tops-5", "shoes-4"]));
    expect(params("lock")).toEqual(["shoes-4"]);
    await waitFor(() => expect(board().getByRole("button", { name: "Swap shoes 4" })).toHaveFocus());
  });

  test("goes on at the next piece after one was removed, down to a single one", async () => {
    const { user, params } = await studioAt("/studio?item=tops-5&item=shoes-3&item=bags-4");
    await user.click(list().getByRole("button", { name: "Remove shoes 3" }));
    await waitFor(() => expect(names()).toEqual(["tops 5", "bags 4"]));
    expect(list().getByRole("button", { name: "Remove bags 4" })).toHaveFocus();
    await user.click(list().getByRole("button", { name: "Remove bags 4" }));
    await waitFor(() => expect(names()).toEqual(["tops 5"]));
    expect(params("fill")).toEqual(["no"]);
    expect(screen.getByText(/Add a second piece/)).toBeInTheDocument();
    expect(screen.queryByTestId("outfit-score")).not.toBeInTheDocument();
  });

  test("takes one more piece, the best of its category, or all that is missing", async () => {
    const { user, params } = await studioAt("/studio?item=tops-5&item=shoes-3");
    await user.click(list().getByRole("button", { name: "Add a piece" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.queryByRole("button", { name: "Dresses & suits" })).not.toBeInTheDocument();
    await user.click(await dialog.findByRole("button", { name: /Complete the outfit/ }));
    await waitFor(() => expect(params("item")).toEqual(["tops-5", "shoes-3", "bottoms-1", "bags-1"]));
    await user.click(await list().findByRole("button", { name: "Add a piece" }));
    await user.click(await screen.findByRole("button", { name: "Hats" }));
    await waitFor(() => expect(params("item")).toContain("hats-1"));
  });

  test("is put back by Undo and Ctrl+Z as by the browser's Back, and brought again by Redo", async () => {
    const { user, router, params } = await studioAt("/studio?item=tops-5&item=shoes-3&item=bags-4&item=hats-2");
    const undo = screen.getByRole("button", { name: "Undo" });
    const redo = screen.getByRole("button", { name: "Redo" });
    expect(undo).toHaveAttribute("aria-disabled", "true");
    await user.click(undo);
    await user.click(list().getByRole("button", { name: "Remove shoes 3" }));
    await waitFor(() => expect(names()).toHaveLength(3));
    await user.type(screen.getByLabelText("Name of this look"), "Tea\t at  five ");
    await user.keyboard("{Control>}z{/Control}"); // in a field it belongs to the field
    await user.click(list().getByRole("button", { name: "Remove bags 4" }));
    await waitFor(() => expect(params("item")).toEqual(["tops-5", "hats-2"]));
    expect(params("name")).toEqual(["Tea at five"]);
    await user.click(undo);
    await waitFor(() => expect(params("item")).toEqual(["tops-5", "bags-4", "hats-2"]));
    redo.focus();
    await user.keyboard("{Control>}z{/Control}");
    await waitFor(() => expect(names()).toEqual(["tops 5", "shoes 3", "bags 4", "hats 2"]));
    expect(undo).toHaveAttribute("aria-disabled", "true");
    expect(screen.getByLabelText("Name of this look")).toHaveValue("Tea at five");
    await user.keyboard("{Control>}{Shift>}z{/Shift}y{/Control}");
    await waitFor(() => expect(params("item")).toEqual(["tops-5", "hats-2"]));
    expect(redo).toHaveAttribute("aria-disabled", "true");
    router.history.back();
    await waitFor(() => expect(params("item")).toEqual(["tops-5", "bags-4", "hats-2"]));
    await user.click(board().getByRole("button", { name: "Lock tops 5" }));
    await waitFor(() => expect(params("lock")).toEqual(["tops-5"]));
    expect(redo).toHaveAttribute("aria-disabled", "true"); // a new change ends what could be done again
  });
});

describe("a saved look", () => {
  const saved = () => screen.getByRole("region", { name: "Your saved looks" });

  test("is named, opened, renamed, deleted and brought back, all in this browser", async () => {
    const { user, params } = await studioAt("/studio?item=tops-5&item=shoes-3");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Saved in this browser")).toBeInTheDocument();
    await user.type(screen.getByLabelText("Name of this look"), "<b>Tea</b>");
    await user.click(screen.getByRole("button", { name: "Save" })); // the same items: the name is changed
    expect(within(saved()).getAllByRole("listitem")).toHaveLength(1);
    await user.click(list().getByRole("button", { name: "Remove shoes 3" }));
    await waitFor(() => expect(params("item")).toEqual(["tops-5"]));
    await user.click(screen.getByRole("link", { name: /^<b>Tea<\/b>/ }));
    await waitFor(() => expect(params("item")).toEqual(["tops-5", "shoes-3"]));
    await user.click(screen.getByRole("button", { name: "Rename <b>Tea</b>" }));
    const field = within(saved()).getByLabelText("Name of this look");
    expect(field).toHaveFocus();
    await user.clear(field);
    await user.type(field, "Tea time{Enter}");
    expect(JSON.parse(localStorage.getItem("deepstyle.looks") ?? "")).toEqual({
      version: 1,
      looks: [{ name: "Tea time", itemIds: ["tops-5", "shoes-3"] }],
    });
    await user.click(screen.getByRole("button", { name: "Delete Tea time" }));
    expect(within(saved()).queryByRole("listitem")).not.toBeInTheDocument();
    expect(within(saved()).getByRole("button", { name: "Undo" })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(within(saved()).getByRole("link", { name: /^Tea time/ })).toBeInTheDocument();
  });

  test("is offered at the start, whatever else the browser has stored", async () => {
    const looks = [{ name: 3 }, { name: "Tea", itemIds: ["tops-1", "gone-9"] }];
    localStorage.setItem("deepstyle.looks", JSON.stringify({ version: 1, looks }));
    renderAt("/studio");
    const link = await screen.findByRole("link", { name: /^Tea/ });
    expect(link).toHaveAttribute("href", "/studio?item=tops-1&item=gone-9&name=Tea");
    expect(within(saved()).getAllByRole("listitem")).toHaveLength(1);
  });

  test("is not promised where the browser stores nothing, or has no room", async () => {
    const { user } = await studioAt("/studio?item=tops-5&item=shoes-3");
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(/This browser stores nothing/)).toBeInTheDocument();
    vi.restoreAllMocks();
    const looks = Array.from({ length: 24 }, (_, at) => ({ name: `Look ${at}`, itemIds: [`tops-${at}`] }));
    localStorage.setItem("deepstyle.looks", JSON.stringify({ version: 1, looks }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(/no room for more looks/)).toBeInTheDocument();
  });
});

describe("sharing", () => {
  test("copies a link of item ids, and shows it", async () => {
    const { user } = await studioAt("/studio?item=tops-5&item=shoes-3");
    await user.click(screen.getByRole("button", { name: "Share" }));
    const link = `${location.origin}/look?item=tops-5&item=shoes-3`;
    expect(await screen.findByLabelText("Link to this outfit")).toHaveValue(link);
    expect(await navigator.clipboard.readText()).toBe(link);
    expect(await screen.findByText("Link copied")).toBeInTheDocument();
  });

  test("puts the name into the link, and uses the system's sheet where there is one", async () => {
    const { user } = await studioAt("/studio?item=tops-5&item=shoes-3");
    const sheet = vi.fn().mockRejectedValueOnce(new DOMException("closed", "AbortError"));
    Object.defineProperty(navigator, "share", { value: sheet, configurable: true });
    await user.type(screen.getByLabelText("Name of this look"), "Tea & <cake>");
    await user.click(screen.getByRole("button", { name: "Share" }));
    const url = `${location.origin}/look?item=tops-5&item=shoes-3&name=Tea+%26+%3Ccake%3E`;
    expect(sheet).toHaveBeenLastCalledWith({ url, title: "Tea & <cake>" });
    expect(screen.queryByLabelText("Link to this outfit")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Share" }));
    expect(await screen.findByLabelText("Link to this outfit")).toHaveValue(url);
    expect(screen.queryByText("Link copied")).not.toBeInTheDocument();
    Reflect.deleteProperty(navigator, "share");
  });

  test("leaves the link in a field where it cannot be copied", async () => {
    const { user } = await studioAt("/studio?item=tops-5&item=shoes-3");
    Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
    await user.click(screen.getByRole("button", { name: "Share" }));
    expect(await screen.findByLabelText("Link to this outfit")).toBeInTheDocument();
    expect(await screen.findByText(/could not be copied/)).toBeInTheDocument();
  });
});

describe("a photo", () => {
  async function studioWithPhoto() {
    const site = renderAt("/studio");
    await site.user.upload(await screen.findByTestId("photo-file"), photo());
    await screen.findByTestId("outfit-score");
    return site;
  }

  test("starts an outfit, is sent with every question, and never shared", async () => {
    const { user, router } = await studioWithPhoto();
    expect(router.state.location.searchStr).toBe("?photo=1");
    expect(names()).toEqual(["Your photo", "bottoms 1", "shoes 1", "bags 1"]);
    expect(asked.completions[0]?.get("image")).toMatchObject({ size: 6 });
    await user.click(list().getByRole("button", { name: "Remove bags 1" }));
    await waitFor(() => expect(asked.scores.at(-1)?.get("image")).toMatchObject({ size: 6 }));
    await user.click(screen.getByRole("button", { name: "Share" }));
    expect(await screen.findByLabelText("Link to this outfit")).toHaveValue(
      `${location.origin}/look?item=bottoms-1&item=shoes-1`,
    );
    expect(screen.getByText(/Your photo is not shared/)).toBeInTheDocument();
  });

  test("that is not there any more is asked for once more", async () => {
    renderAt("/studio?photo=1");
    expect(await screen.findByText(/Choose it again/)).toBeInTheDocument();
  });

  test("that is not there any more leaves the rest of its outfit", async () => {
    const { user, params } = await studioAt("/studio?photo=1&item=bottoms-1&item=shoes-1");
    expect(screen.getByText("Photo missing")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Continue without it" }));
    await waitFor(() => expect(params("photo")).toEqual([]));
    expect(names()).toEqual(["bottoms 1", "shoes 1"]);
  });

  test("that the server refuses can be replaced", async () => {
    server.use(http.post(COMPLETE, () => problem("image-too-large", 413)));
    const { user } = renderAt("/studio");
    await user.upload(await screen.findByTestId("photo-file"), photo());
    expect(await screen.findByText("This photo is too large")).toBeInTheDocument();
    openStylist();
    await user.upload(screen.getByTestId("photo-file"), photo());
    expect(await screen.findByTestId("outfit-score")).toBeInTheDocument();
  });
});

describe("where something is amiss", () => {
  test("an unknown item has its own message", async () => {
    server.use(http.post(COMPLETE, () => problem("unknown-item", 404)));
    renderAt("/studio?item=nothing");
    expect(await screen.findByText("This item is not in the shop")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Start with another piece" })).toHaveAttribute("href", "/studio");
  });

  test("a shop that cannot complete the outfit leaves the piece, to add to by hand", async () => {
    server.use(http.post(COMPLETE, () => problem("invalid-parameter", 422)));
    renderAt("/studio?item=tops-1");
    expect(await screen.findByText("Nothing found to complete it")).toBeInTheDocument();
    expect(names()).toEqual(["tops 1"]);
  });

  test("being offline is shown, and can be retried", async () => {
    server.use(http.post(SCORE, () => HttpResponse.error()));
    const { user } = renderAt("/studio?item=tops-5&item=shoes-9");
    expect(await screen.findByText("The shop cannot be reached")).toBeInTheDocument();
    openStylist();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByTestId("outfit-score")).toBeInTheDocument();
  });

  test("a server that warms up is waited for", async () => {
    let tries = 0;
    server.use(
      http.post(COMPLETE, () => {
        tries += 1;
        return tries === 1 ? problem("not-ready", 503) : undefined;
      }),
    );
    renderAt("/studio?item=tops-5");
    expect(await screen.findByText(/The search is warming up/)).toBeInTheDocument();
    expect(await screen.findByTestId("outfit-score", {}, { timeout: 5000 })).toBeInTheDocument();
  });

  test("the outfit rules are waited for, and can be asked for again", async () => {
    server.use(http.get("*/v1/info", () => HttpResponse.error()));
    const { user } = renderAt("/studio?item=tops-5");
    expect(await screen.findByText("The shop cannot be reached")).toBeInTheDocument();
    expect(asked.completions).toHaveLength(0);
    server.resetHandlers();
    asked = openStylist();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByTestId("outfit-score")).toBeInTheDocument();
  });

  test("an outfit of more pieces than the server takes is cut short", async () => {
    const { outfit } = info();
    server.use(http.get("*/v1/info", () => HttpResponse.json(info({ outfit: { ...outfit, max_pieces: 2 } }))));
    await studioAt("/studio?item=tops-5&item=shoes-3&item=bags-4");
    expect(names()).toEqual(["tops 5", "shoes 3"]);
    expect(list().getByRole("button", { name: "Add a piece" })).toBeDisabled();
  });

  test("an item that is sold out is left out", async () => {
    await studioAt("/studio?item=tops-5&item=gone-1&item=shoes-3");
    expect(screen.getByText("One item is no longer in the shop.")).toBeInTheDocument();
    expect(names()).toEqual(["tops 5", "shoes 3"]);
  });
});

describe("the start", () => {
  test("offers the shop's items by department", async () => {
    const { user } = renderAt("/studio");
    await user.click(await screen.findByRole("radio", { name: "Shoes" }));
    const link = await screen.findByRole("link", { name: "Build an outfit around shoes 1" });
    expect(link).toHaveAttribute("href", "/studio?item=shoes-1");
    await user.click(link);
    await screen.findByTestId("outfit-score");
    expect(names()).toEqual(["tops 1", "bottoms 1", "shoes 1", "bags 1"]);
  });
});

describe("a shared look", () => {
  test("shows its name, picture, pieces, prices and score, and leads into the studio", async () => {
    const { user, params } = await studioAt("/look?item=shoes-3&item=tops-5&item=bags-1&name=Tea+%3Ctime%3E");
    expect(screen.getByRole("heading", { level: 1, name: "Tea <time>" })).toBeInTheDocument();
    expect(document.title).toBe("Tea <time> · deepstyle");
    const picture = within(screen.getByRole("list", { name: "The look" })).getAllByRole("link");
    expect(picture.map((link) => link.getAttribute("href"))).toEqual(["/item/tops-5", "/item/shoes-3", "/item/bags-1"]);
    const pieces = within(screen.getByRole("list", { name: "The pieces" })).getAllByRole("listitem");
    expect(pieces.map((piece) => piece.dataset.itemId)).toEqual(["tops-5", "shoes-3", "bags-1"]);
    expect(pieces[1]).toHaveTextContent("€30.00");
    expect(screen.getByText("Total").nextSibling).toHaveTextContent("€90.00");
    expect(screen.getByTestId("weakest-pair")).toHaveTextContent("tops 5 with bags 1");
    await user.click(screen.getByRole("link", { name: "Make it yours" }));
    await screen.findByRole("heading", { level: 1, name: "Outfit studio" });
    await waitFor(() => expect(names()).toEqual(["tops 5", "shoes 3", "bags 1"]));
    expect(params("name")).toEqual(["Tea <time>"]);
  });

  test("says which piece is sold out, and where to buy the others", async () => {
    const url = "https://shop.example/shoes-3";
    const shoes = { ...stock("shoes", 3), url };
    const top = { ...stock("tops", 5), url: "https://shop.example/tops-5", availability: "out of stock" };
    const pieces = [shoes, top].map((item) => ({ item, photo: null, semantic_category: item.semantic_category }));
    server.use(
      http.get("*/v1/items/:id", ({ params }) => HttpResponse.json(params.id === "shoes-3" ? shoes : top)),
      http.post(SCORE, () => HttpResponse.json(scored(pieces))),
    );
    renderAt("/look?item=shoes-3&item=tops-5");
    expect(await screen.findByRole("link", { name: "Buy shoes 3, opens in a new tab" })).toHaveAttribute("href", url);
    expect(screen.queryByRole("link", { name: /Buy tops 5/ })).not.toBeInTheDocument();
    expect(screen.getByText("Sold out").closest("li")?.dataset.itemId).toBe("tops-5");
  });

  test("does without what is gone, and says so where nothing is left", async () => {
    await studioAt("/look?item=shoes-3&item=tops-5&item=gone-1");
    expect(screen.getByText("One item is no longer in the shop.")).toBeInTheDocument();
    renderAt("/look?item=gone-1");
    expect(await screen.findByRole("heading", { level: 1, name: "This look is gone" })).toBeInTheDocument();
  });

  test("without items says so", async () => {
    renderAt("/look");
    expect(await screen.findByRole("heading", { level: 1, name: "This link contains no outfit" })).toBeInTheDocument();
  });
});
