/** The answers that depend on what a shopper collected: asked for anew when they are shown the next time. */
const KINDS: readonly unknown[] = ["browse", "words", "like"];

export const RESULTS = {
  predicate: ({ queryKey: [first, kind] }: { queryKey: readonly unknown[] }) =>
    first === "similar" || (first === "search" && KINDS.includes(kind)),
  refetchType: "none", // what is being looked at keeps its place
} as const;
