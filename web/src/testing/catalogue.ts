/** A small shop for the test server: every route that the pages use, and a record of the search requests. */
import { HttpResponse, http } from "msw";
import type { Garments, SharedTrait } from "@/api/types";
import { info } from "./info";
import { facets, itemPage, product, results } from "./products";
import { server } from "./server";
import { BASIS } from "./stylist";

export type Asked = { searches: FormData[]; words: URLSearchParams[]; filters: URLSearchParams[] };

/** The garments in every photo. */
export const GARMENTS: Garments = {
  garments: [
    { semantic_category: "tops", box: [0.2, 0.1, 0.6, 0.4], score: 0.99 },
    { semantic_category: "shoes", box: [0.3, 0.85, 0.4, 0.1], score: 0.8 },
  ],
  people: 1,
};

const SHARED: SharedTrait[] = [
  { code: "same_type", parameters: { type: "Ankle Boots" } },
  { code: "same_colour", parameters: { colour: "black" } },
  { code: "same_pattern", parameters: { pattern: "plain" } },
];

/** So many items are like any other. */
const SIMILAR = 30;

/** Answers every route; later `server.use` calls override single ones. */
export function openShop(): Asked {
  const asked: Asked = { searches: [], words: [], filters: [] };
  server.use(
    http.get("*/v1/items", ({ request }) => {
      const filter = new URL(request.url).searchParams;
      asked.filters.push(filter);
      return HttpResponse.json(itemPage([product()], { total: 1400, facets: facets() }));
    }),
    http.get("*/v1/info", () => HttpResponse.json(info())),
    http.get("*/v1/items/:id", ({ params }) => HttpResponse.json(product({ item_id: String(params.id) }))),
    http.get("*/v1/items/:id/similar", ({ params, request }) => {
      const asked = new URL(request.url).searchParams;
      const from = Number(asked.get("cursor") ?? 0);
      const end = Math.min(from + Number(asked.get("k")), SIMILAR);
      return HttpResponse.json({
        query: product({ item_id: String(params.id) }),
        results: results(end - from, from + 1),
        calibrated: true,
        is_good_match: true,
        next_cursor: end < SIMILAR ? String(end) : null,
        total: asked.get("total") === "true" ? SIMILAR : null,
      });
    }),
    http.get("*/v1/items/:id/compatible", ({ params }) =>
      HttpResponse.json({
        query: product({ item_id: String(params.id) }),
        ...BASIS,
        semantic_category: "shoes",
        categories: [
          {
            semantic_category: "outerwear",
            results: [
              {
                rank: 1,
                score: 0.83,
                compatibility: 0.83,
                reasons: [{ code: "neutral_colour", parameters: { neutral: "black", colour: "camel" } }],
                item: product({ item_id: "coat", title: "Camel coat", semantic_category: "outerwear" }),
              },
            ],
          },
        ],
      }),
    ),
    http.get("*/v1/examples", () =>
      HttpResponse.json({ examples: [product({ item_id: "example", title: "Red coat" })], photos: [] }),
    ),
    http.get("*/v1/looks", () => HttpResponse.json({ looks: [], total: 0, next_cursor: null })),
    http.get("*/image/:id", () =>
      HttpResponse.arrayBuffer(new ArrayBuffer(8), { headers: { "Content-Type": "image/jpeg" } }),
    ),
    http.get("*/v1/suggest", ({ request }) => {
      const text = new URL(request.url).searchParams.get("text");
      return HttpResponse.json({ suggestions: [{ text: `${text}ots`, kind: "word" }] });
    }),
    http.get("*/v1/search", ({ request }) => {
      asked.words.push(new URL(request.url).searchParams);
      return HttpResponse.json({ results: results(10), calibrated: false, is_good_match: null, next_cursor: null });
    }),
    http.post("*/v1/garments", () => HttpResponse.json(GARMENTS)),
    http.post("*/v1/search", async ({ request }) => {
      const form = await request.formData();
      asked.searches.push(form);
      const isFirst = form.get("cursor") === null;
      return HttpResponse.json({
        results: isFirst ? results(10, 1, { shared: SHARED }) : results(5, 11, { band: "possible" }),
        calibrated: true,
        is_good_match: true,
        next_cursor: isFirst ? "page-2" : null,
      });
    }),
  );
  return asked;
}
