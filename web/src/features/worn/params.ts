/** What the address of the page says: what the cart may cost. */
import { readAmount } from "@/shared/address/read";

export type WornParams = { budget?: number };

export function readWornParams(raw: Record<string, unknown>): WornParams {
  const budget = readAmount(raw, "budget");
  return budget ? { budget } : {};
}
