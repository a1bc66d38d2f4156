/** The lines of the answer of `POST /v1/looks:shop`, which OpenAPI cannot describe. */
import { ApiError, unanswered } from "@/api/problems";
import type { Garments, Problem, Product, SearchResult } from "@/api/types";

export type Row = { garment: number; results: SearchResult[]; calibrated: boolean; is_good_match: boolean | null };
export type CartPiece = { garment: number; item: Product | null; missing: "none_in_stock" | "over_budget" | null };
export type Cart = { pieces: CartPiece[]; total: number; currency: string; budget: number | null };
type Line = Garments | Row | { cart: Cart } | { error: Problem };

/** What has come so far. */
export type Look = { garments: Garments["garments"]; rows: Row[]; cart: Cart | undefined };
export const NOTHING_YET: Look = { garments: [], rows: [], cart: undefined };

/** The look with one more line; throws an `ApiError` for the line of a failure. */
export function withLine(look: Look, line: Line): Look {
  if ("error" in line) throw new ApiError("other", line.error.status, 0, line.error.request_id, line.error.detail);
  if ("cart" in line) return { ...look, cart: line.cart };
  if ("results" in line) return { ...look, rows: [...look.rows, line] };
  return { ...look, garments: line.garments };
}

/** The JSON of each line, as soon as it is there. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read().catch(() => {
        throw unanswered(); // the connection broke off
      });
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line);
    }
  } finally {
    await reader.cancel().catch(() => {}); // a page that is left ends the work of the server
  }
}
