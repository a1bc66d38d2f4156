import { queryOptions, experimental_streamedQuery as streamedQuery } from "@tanstack/react-query";
import { answer, client, toForm } from "@/api/client";
import type { Photo } from "@/shared/photo/photo";
import { type Look, linesOf, NOTHING_YET, withLine } from "./lines";

const ROW = 8;

/** Every garment of the photo with products for it, and a cart for at most `budget`; it grows line by line. */
export const wornLook = (photo: Photo, budget: number | undefined) =>
  queryOptions({
    queryKey: ["worn", photo.key, budget],
    queryFn: streamedQuery({
      streamFn: async ({ signal }) => {
        const body = { image: photo.file, k: ROW, ...(budget !== undefined && { budget }) };
        const call = client.POST("/v1/looks:shop", { body, bodySerializer: toForm, parseAs: "stream", signal });
        return linesOf((await answer(call)) as ReadableStream<Uint8Array>);
      },
      reducer: (look: Look, line: Parameters<typeof withLine>[1]) => withLine(look, line),
      initialValue: NOTHING_YET,
    }),
    staleTime: Number.POSITIVE_INFINITY,
  });
