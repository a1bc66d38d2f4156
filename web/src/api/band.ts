/** How alike, in the bands whose limits the server calibrated. */
export const BANDS = ["near_identical", "very_similar", "related", "none"] as const;
export type Band = (typeof BANDS)[number];

/** The band of a result, where the server tells one. */
export function bandOf(result: object): Band | undefined {
  const told = "band" in result ? result.band : undefined;
  return BANDS.find((band) => band === told);
}
