/** The part of the test server that puts outfits together: five items of each category, `tops-1` to `tops-5`. */
import { HttpResponse, http } from "msw";
import type { CompatibilityBasis, OutfitPair, OutfitPiece, Product, ScoredOutfit } from "@/api/types";
import { facets, itemPage, product } from "./products";
import { problem, server } from "./server";

const SHOP = ["all-body", "tops", "bottoms", "outerwear", "shoes", "bags", "hats"];
const EACH = 5;

/** Regular expressions, because a colon in a path would name a parameter. */
export const SCORE = /\/v1\/outfits:score$/;
export const COMPLETE = /\/v1\/outfits:complete$/;

/** What scores are worth in the test shop. */
export const BASIS: CompatibilityBasis = { calibrated: true, event: "stylists_outfit", measured_on: [] };

/** The form fields of every request, in order. */
export type Asked = { scores: FormData[]; completions: FormData[] };

export function stock(category: string, at: number): Product {
  const item_id = `${category}-${at}`;
  return product({ item_id, title: `${category} ${at}`, semantic_category: category, category: "", price: 10 * at });
}

/** The smaller the items' numbers, the better; the last piece is in the weakest pair. */
export function scored(pieces: OutfitPiece[]): ScoredOutfit {
  const numbers = pieces.map(({ item }) => Number(item?.item_id.split("-").at(-1) ?? 1));
  const pairs = pieces.flatMap((_, first) =>
    pieces.slice(first + 1).map((_, beyond): OutfitPair => {
      const compatibility = 0.8 - (first + beyond) / 20;
      return {
        pieces: [first, first + 1 + beyond],
        score: compatibility,
        compatibility,
        contribution: 0,
        reasons: [{ code: "both_plain" }],
        concerns: [],
      };
    }),
  );
  const compatibility = 0.9 - numbers.reduce((sum, number) => sum + number - 1, 0) / 50;
  return { ...BASIS, score: compatibility, compatibility, concerns: [], pieces, pairs, weakest_pair: pairs.length - 1 };
}

export function openStylist(): Asked {
  const asked: Asked = { scores: [], completions: [] };
  server.use(
    http.get("*/v1/items", ({ request }) => {
      const [category = "tops"] = new URL(request.url).searchParams.getAll("semantic_category");
      const counts = Object.fromEntries(SHOP.map((name) => [name, EACH]));
      return HttpResponse.json(itemPage([stock(category, 1)], { facets: facets({ semantic_categories: counts }) }));
    }),
    http.get("*/v1/items/:id", ({ params }) => {
      const item = itemOf(String(params.id));
      return item ? HttpResponse.json(item) : problem("unknown-item", 404);
    }),
    http.post(SCORE, async ({ request }) => {
      const form = await request.formData();
      asked.scores.push(form);
      return HttpResponse.json(scored(givenIn(form)));
    }),
    http.post(COMPLETE, async ({ request }) => {
      const form = await request.formData();
      asked.completions.push(form);
      return HttpResponse.json({ ...BASIS, outfits: completed(form) });
    }),
  );
  return asked;
}

function itemOf(itemId: string): Product | undefined {
  const [, category = "", at = ""] = /^(.+)-(\d+)$/.exec(itemId) ?? [];
  return SHOP.includes(category) ? stock(category, Number(at)) : undefined;
}

function givenIn(form: FormData): OutfitPiece[] {
  const items = form.getAll("item_id").map((itemId): OutfitPiece => {
    const item = itemOf(String(itemId)) ?? product();
    return { item, photo: null, semantic_category: item.semantic_category };
  });
  const photos = form
    .getAll("image")
    .map((_, photo): OutfitPiece => ({ item: null, photo, semantic_category: "tops" }));
  return [...items, ...photos];
}

function completed(form: FormData): ScoredOutfit[] {
  const given = givenIn(form);
  const worn = given.map((piece) => piece.semantic_category);
  const missing = ["tops", "bottoms", "shoes", "bags"].filter((name) => !worn.includes(name));
  const slots = form.has("slot") ? form.getAll("slot").map(String) : missing;
  const count = Math.min(EACH, Number(form.get("k")));
  return Array.from({ length: count }, (_, at) => {
    const added = slots.map((category) => {
      return { item: stock(category, at + 1), photo: null, semantic_category: category };
    });
    return scored([...given, ...added]);
  });
}
