/** Which files are worth sending, as far as a browser can see before the upload; the server decides. */
import { ApiError } from "@/api/problems";
import type { UploadLimits } from "@/api/types";
import { HEIC } from "./heic";

/** Why this file cannot be searched with; undefined where it may be, or where the limits are not known yet. */
export function refusalOf(file: Blob, limits: UploadLimits | undefined): ApiError | undefined {
  if (file.size === 0) return new ApiError("broken-image");
  if (limits === undefined) return undefined;
  if (!limits.media_types.includes(file.type)) {
    return new ApiError(file.type === HEIC ? "heic" : "unsupported");
  }
  if (file.size > limits.max_bytes) return new ApiError("too-large");
  return undefined;
}
