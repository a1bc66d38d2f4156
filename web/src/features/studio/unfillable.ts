import { ApiError } from "@/api/problems";

/** Whether the server understood the request, but the shop has no items for it. */
export function isUnfillable(error: Error | null): boolean {
  return error instanceof ApiError && error.kind === "other" && (error.status === 400 || error.status === 422);
}
