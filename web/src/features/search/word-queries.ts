/** The searches by words, alone or beside an item: each address can be shared. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";
import { infoQuery } from "@/api/queries";
import type { FilterFields } from "./fields";
import { FIRST_PAGE, NEXT_PAGE } from "./queries";

export type Words = { text: string; literal: string[] | undefined; like?: string };

export const wordSearch = ({ text, literal = [], like }: Words, filter: FilterFields) =>
  infiniteQueryOptions({
    queryKey: ["search", "words", like ?? "", text, literal, filter],
    initialPageParam: "",
    queryFn: async ({ pageParam: cursor, signal, client: cache }) => {
      const asked = { text, literal, ...(like !== undefined && { like: [like] }) };
      const page = cursor === "" ? { k: FIRST_PAGE } : { k: NEXT_PAGE, cursor };
      const names = cache.ensureQueryData(infoQuery).catch(() => undefined); // of what was understood
      const call = client.GET("/v1/search", { params: { query: { ...filter, ...asked, ...page } }, signal });
      return (await Promise.all([answer(call), names]))[0];
    },
    getNextPageParam: (page) => page.next_cursor,
  });
