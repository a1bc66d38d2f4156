/** The experiments of the shop, and what each has shown. */
import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";
import { problemOf } from "@/api/problems";
import type { NewExperiment } from "@/api/types";

export const experimentsQuery = queryOptions({
  queryKey: ["experiments"],
  queryFn: ({ signal }) => answer(client.GET("/v1/experiments", { signal })),
  staleTime: 0,
});

export const reportQuery = (name: string) =>
  queryOptions({
    queryKey: ["experiments", name],
    queryFn: ({ signal }) => answer(client.GET("/v1/experiments/{name}", { params: { path: { name } }, signal })),
    staleTime: 0,
  });

export const startExperiment = (wanted: NewExperiment) =>
  answer(client.POST("/v1/experiments", { body: wanted as never }));

export async function stopExperiment(name: string): Promise<void> {
  const { error, response } = await client.DELETE("/v1/experiments/{name}", { params: { path: { name } } });
  if (error) throw problemOf(error, response);
}
