/** Why nobody was signed in, as the key of a sentence. */
import { ApiError } from "@/api/problems";

const OF_CODE = {
  "invalid-key": "wrongKey",
  "invalid-parameter": "wrongKey",
  "insufficient-scope": "wrongScope",
  "invalid-link": "usedLink",
  "rate-limited": "tooOften",
  "cross-origin": "elsewhere",
} as const;

export function failureOf(error: unknown): (typeof OF_CODE)[keyof typeof OF_CODE] | "failed" {
  const code = error instanceof ApiError ? error.code : "";
  return code in OF_CODE ? OF_CODE[code as keyof typeof OF_CODE] : "failed";
}
