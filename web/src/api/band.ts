/** How alike, in the bands whose limits the server calibrated. */
export const BANDS = ["near_identical", "very_similar", "related", "unlike"] as const;
export type Band = (typeof BANDS)[number];

/** The band of a result, where the server tells one. */
export function bandOf(result: object): Band | undefined {
  const told = "band" in result ? result.band : undefined;
  return BANDS.find((band) => band === told);
}

/** Whether the catalogue has no answer to the query; false too where the server cannot tell. */
export function isNoMatch(answer: object): boolean {
  return "good_match" in answer && answer.good_match === false;
}
