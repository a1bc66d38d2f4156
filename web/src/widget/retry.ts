/** Patience with a server that starts, or is busy. */
import { ProblemError } from "@deepstyle/client";

const TRIES = 4;
const LONGEST_WAIT_S = 10;
const PASSING = new Set([429, 503]);

/** The answer of `call`, which is made again after the time that the server names. */
export async function patiently<Answer>(call: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ProblemError) || !PASSING.has(error.status) || tries === TRIES) throw error;
      if (error.retryAfterS > LONGEST_WAIT_S) throw error;
      await pause(Math.max(1, error.retryAfterS), signal);
    }
  }
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
