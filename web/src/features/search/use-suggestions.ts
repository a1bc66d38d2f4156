/** What may be searched for: ways to go on with what is typed, or the recent searches where nothing is. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, client } from "@/api/client";
import { recentTexts } from "./recent";

const PAUSE_MS = 150;

export function useSuggestions(typed: string, isOpen: boolean): { options: string[]; isRecent: boolean } {
  const text = useDebounced(typed.trim());
  const isEnabled = isOpen && text !== "";
  const { data } = useQuery({ ...suggestions(text), enabled: isEnabled, placeholderData: keepPreviousData });
  if (typed.trim() === "") return { options: isOpen ? recentTexts() : [], isRecent: true };
  return { options: (isEnabled && data) || [], isRecent: false };
}

const suggestions = (text: string) =>
  queryOptions({
    queryKey: ["search", "suggest", text],
    queryFn: async ({ signal }) => {
      const found = await answer(client.GET("/v1/suggest", { params: { query: { text } }, signal }));
      return found.suggestions.map((one) => one.text);
    },
    retry: false, // the next letter asks again
  });

function useDebounced(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
