/** The imports of the server: the list, and what starts and cancels one. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, client, toForm } from "@/api/client";
import type { ImportJob } from "@/api/types";

const FINISHED: readonly ImportJob["state"][] = ["succeeded", "failed", "cancelled"];
const POLL_MS = 10_000;

export const isFinished = (job: ImportJob): boolean => FINISHED.includes(job.state);

/** Asked for again now and then as long as one is not finished: only the one at work sends events. */
export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: ({ signal }) => answer(client.GET("/v1/imports", { signal })),
  staleTime: 0,
  refetchInterval: ({ state }) => (state.data?.imports.every(isFinished) === false ? POLL_MS : false),
});

export const feedsQuery = queryOptions({
  queryKey: ["feeds"],
  queryFn: ({ signal }) => answer(client.GET("/v1/feeds", { signal })),
  staleTime: 0,
});

export const startImport = ({ file, prune, signal }: { file: File; prune: boolean; signal: AbortSignal }) =>
  answer(
    client.POST("/v1/imports", {
      params: { query: { prune } },
      body: { feed: file } as never,
      bodySerializer: toForm as never,
      signal,
    }),
  );

export const startImportByUrl = (wanted: { url: string; prune: boolean }) =>
  answer(client.POST("/v1/imports", { body: wanted as never }));

export const cancelImport = (jobId: string): Promise<ImportJob> =>
  answer(client.DELETE("/v1/imports/{job_id}", { params: { path: { job_id: jobId } } }));

/** Puts a job in its place in the list, or at its head. */
export function keep(queryClient: QueryClient, job: ImportJob): void {
  queryClient.setQueryData(importsQuery.queryKey, (old) => {
    const jobs = old?.imports ?? [];
    const isKnown = jobs.some(({ job_id }) => job_id === job.job_id);
    return { imports: isKnown ? jobs.map((one) => (one.job_id === job.job_id ? job : one)) : [job, ...jobs] };
  });
}
