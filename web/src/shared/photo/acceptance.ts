/** Which files are worth sending: what a browser can tell before the upload; the server has the last word. */
import { ApiError } from "@/api/problems";

export const ACCEPTED = {
  "image/jpeg": [".jpg", ".jpeg"],
  "image/png": [".png"],
  "image/webp": [".webp"],
  "image/gif": [".gif"],
};

/** Past this size a server may hang up before it could tell why. */
const HOPELESS_BYTES = 50 * 1024 * 1024;

/** Why this file cannot be searched with; undefined where it can be tried. */
export function refusalOf(file: Blob): ApiError | undefined {
  if (!(file.type in ACCEPTED)) return new ApiError("unsupported");
  if (file.size > HOPELESS_BYTES) return new ApiError("too-large");
  if (file.size === 0) return new ApiError("broken-image");
  return undefined;
}
