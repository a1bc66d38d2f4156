/** JSON Lines, as `POST /v1/looks:shop` sends them: OpenAPI cannot describe their types. */
import { type Problem, ProblemError } from "./problem.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** The first line: where the garments of the largest person are. */
export type GarmentsLine = Schemas["GarmentsLine"];

/** The products most similar to one garment. */
export type GarmentRow = {
  /** Which of `garments`, from 0. */
  garment: number;
  results: Schemas["SearchResult"][];
  calibrated: boolean;
  is_good_match: boolean | null;
};

/** The last line: one product for each garment. */
export type CartLine = {
  cart: {
    pieces: {
      garment: number;
      item: Schemas["Product"] | null;
      similarity: number | null;
      missing: "none_in_stock" | "over_budget" | null;
    }[];
    total: number;
    currency: string;
    budget: number | null;
    worn_by: string;
  };
};

export type LookLine = GarmentsLine | GarmentRow | CartLine;

/** Each line as soon as it is there; throws the `ProblemError` of a line that says what went wrong. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<LookLine> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = "";
  let isWhole = false;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      isWhole = done;
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield lineOf(line);
    }
  } finally {
    // Leaving the loop early ends the server's work; a request that is whole would be called failed.
    if (!isWhole) await reader.cancel().catch(() => {});
  }
}

function lineOf(text: string): LookLine {
  const line: LookLine | { error: Problem } = JSON.parse(text);
  if (!("error" in line)) return line;
  const { code, status, detail, remedy, request_id } = line.error;
  throw new ProblemError(code, status, detail, remedy, request_id);
}
