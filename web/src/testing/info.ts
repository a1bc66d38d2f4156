/** The server's rules and limits for tests. */
import type { Info } from "@/api/types";

const SLOTS = [
  "outerwear",
  "all-body",
  "tops",
  "bottoms",
  "shoes",
  "bags",
  "jewellery",
  "scarves",
  "hats",
  "sunglasses",
  "accessories",
];
const BESIDES: Readonly<Record<string, string[]>> = {
  "all-body": ["tops", "bottoms"],
  tops: ["all-body"],
  bottoms: ["all-body"],
};

export function info(fields: Partial<Info> = {}): Info {
  return {
    version: "0.1.0",
    items: 1400,
    vectors: 1400,
    architecture: "lite",
    weights: "packaged",
    precision: "fp32",
    fingerprint: "0".repeat(16),
    embedding_dim: 512,
    colour_search: true,
    colours: [
      { code: "light-blue", en: "light blue", de: "Hellblau", family: "cool", shades: ["#8cbbe4"] },
      { code: "teal", en: "teal", de: "Petrol", family: "cool", shades: ["#1f7f86"] },
    ],
    values: [
      { value: "plain", de: "einfarbig", shade: "" },
      { value: "ruby", de: "Rubinrot", shade: "#b3173f" },
    ],
    calibrated: true,
    bands: [
      { code: "very_likely", probability_from: 0.9, labels: { en: "Very likely", de: "Sehr wahrscheinlich" } },
      { code: "unlikely", probability_from: 0, labels: { en: "Unlikely", de: "Unwahrscheinlich" } },
    ],
    compatibility: null,
    example_item_ids: [],
    max_results: 100,
    outfit: {
      max_pieces: 12,
      slots: SLOTS,
      clashes: Object.fromEntries(SLOTS.map((slot) => [slot, [slot, ...(BESIDES[slot] ?? [])]])),
      most_worn: { shoes: 1, tops: 2 },
      worn_by: { women: ["women"], men: ["men"] },
      unisex: ["unisex"],
      essentials: ["tops", "bottoms", "shoes", "bags"],
    },
    uploads: {
      max_bytes: 10 * 1024 * 1024,
      max_pixels: 40_000_000,
      media_types: ["image/jpeg", "image/png", "image/webp", "image/gif"],
    },
    filters: [
      {
        name: "semantic_category",
        kind: "text",
        facet: "semantic_categories",
        labels: { en: "Department", de: "Abteilung" },
      },
      { name: "brand", kind: "text", facet: "brands", labels: { en: "Brand", de: "Marke" } },
      { name: "colour", kind: "text", facet: "colours", labels: { en: "Colour", de: "Farbe" } },
      {
        name: "dominant_colour",
        kind: "text",
        facet: "dominant_colours",
        labels: { en: "Colour in the picture", de: "Farbe im Bild" },
      },
      { name: "price", kind: "number", facet: null, labels: { en: "Price", de: "Preis" } },
    ],
    ...fields,
  };
}
