/** The cache of server answers; a request is retried while the server starts up or is busy, other failures are final. */
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problems";

const TRIES = { "warming-up": 60, busy: 4 } as const;
const LONGEST_WAIT_S = 10; // a longer wait is shown as a problem

function isWorthAnotherTry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError) || error.retryAfterS > LONGEST_WAIT_S) return false;
  return error.kind in TRIES && failures < TRIES[error.kind as keyof typeof TRIES];
}

function delayMs(failures: number, error: Error): number {
  const askedS = error instanceof ApiError ? error.retryAfterS : 0;
  return Math.max(askedS, Math.min(2 ** failures, 5)) * 1000;
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always", // being offline is an error, not an endless skeleton
        refetchOnReconnect: true,
        refetchOnWindowFocus: false,
        staleTime: 5 * 60_000,
        retry: isWorthAnotherTry,
        retryDelay: delayMs,
      },
      mutations: { networkMode: "always" },
    },
  });
}
