import { ApiError } from "@/api/problems";

/** Whether the server understood what is asked for, and the shop has nothing for it. */
export function isUnfillable(error: Error | null): boolean {
  return error instanceof ApiError && error.kind === "other" && (error.status === 400 || error.status === 422);
}
