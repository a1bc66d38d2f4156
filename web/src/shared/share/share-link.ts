/** Gives a link away: by the system's own sheet where there is one, else by the clipboard. */

/** `failed` where there is neither, as without https; `cancelled` if the person closed the sheet. */
export type Shared = "sent" | "copied" | "failed" | "cancelled";

export async function shareLink(url: string, title: string): Promise<Shared> {
  if (typeof navigator.share === "function") {
    try {
      await navigator.share({ url, title });
      return "sent";
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return "cancelled";
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    return "copied";
  } catch {
    return "failed";
  }
}
