/** Follows the import that the server works on by its events; a browser keeps few connections, so it is one only. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ROOT_PATH } from "@/api/root-path";
import type { ImportJob } from "@/api/types";
import { importsQuery, isFinished, keep } from "./queries";

/** The server takes up the oldest. */
export const followedOf = (jobs: readonly ImportJob[]): string | undefined =>
  jobs.findLast((job) => !isFinished(job))?.job_id;

export function useEvents(jobId: string | undefined): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (jobId === undefined) return;
    const events = new EventSource(`${ROOT_PATH}/v1/imports/${jobId}/events`);
    const read = ({ data }: MessageEvent<string>) => keep(queryClient, JSON.parse(data) as ImportJob);
    events.addEventListener("progress", read);
    events.addEventListener("end", (event) => {
      events.close();
      read(event);
    });
    events.addEventListener("error", () => {
      // A lost connection is opened again by the browser; a refusal is final, and the list tells the reason.
      if (events.readyState === EventSource.CLOSED) void queryClient.invalidateQueries(importsQuery);
    });
    return () => events.close();
  }, [jobId, queryClient]);
}
