/** What a page says to its worker; each message is answered at the port that comes with it. */
export type Message =
  /** Are these addresses the files of this worker's version? Answered by a boolean. */
  | { readonly type: "is-same-version"; readonly files: readonly string[] }
  /** Serve all tabs from now on, in place of the version before. */
  | { readonly type: "take-over" }
  /** Answered by the photo that was shared with the shop, or undefined. */
  | { readonly type: "shared-photo" };
