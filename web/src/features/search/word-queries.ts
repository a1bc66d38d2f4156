/** The searches by words, alone or beside an item: each address can be shared. The first page has the facets. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";
import { infoQuery } from "@/api/queries";
import type { FilterFields } from "./fields";
import type { Sort } from "./params";
import { ordered, PAGE } from "./queries";

export type Words = { text: string; literal: string[] | undefined; like?: string };

export const wordSearch = ({ text, literal = [], like }: Words, filter: FilterFields, sort?: Sort) =>
  infiniteQueryOptions({
    queryKey: ["search", "words", like ?? "", text, literal, filter, sort],
    initialPageParam: "",
    queryFn: async ({ pageParam: cursor, signal, client: cache }) => {
      const asked = { text, literal, ...ordered(sort), ...(like !== undefined && { like: [like] }) };
      const page = cursor === "" ? { k: PAGE, facets: true } : { k: PAGE, cursor };
      const names = cache.ensureQueryData(infoQuery).catch(() => undefined); // of what was understood
      const call = client.GET("/v1/search", { params: { query: { ...filter, ...asked, ...page } }, signal });
      return (await Promise.all([answer(call), names]))[0];
    },
    getNextPageParam: (page) => page.next_cursor,
  });
