import { useIsFetching } from "@tanstack/react-query";
import { useEffect, useState } from "react";

/** Whether all that was asked for has come once: filters that come one by one would move those below them. */
export function useSettled(): boolean {
  const waiting = useIsFetching({
    predicate: ({ queryKey: [kind], state }) => (kind === "search" || kind === "info") && state.data === undefined,
  });
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    if (waiting > 0) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setSettled(true)); // what has just come may ask for more
    });
    return () => cancelAnimationFrame(frame);
  }, [waiting]);
  return isSettled;
}
