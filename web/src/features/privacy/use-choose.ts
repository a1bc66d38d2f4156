import { useMutation, useQueryClient } from "@tanstack/react-query";
import { consentQuery, putConsent } from "@/api/consent";
import type { ConsentChoice, ConsentState } from "@/api/types";
import { written } from "@/api/written";
import { useSwitch } from "@/shared/ui/use-switch";

const { queryKey } = consentQuery;

/** Writes a choice, which counts from the next request on. */
export function useChoose() {
  return useMutation({ mutationFn: useWrite() });
}

/** The choice that was made, and the way to change it. */
export function useChoice({ measure = false, personalise = false }: ConsentState) {
  const stored: ConsentChoice = { measure, personalise, erase: false };
  return useSwitch({ writeKey: queryKey, queryKey, stored, write: useWrite() });
}

function useWrite() {
  const cache = useQueryClient();
  return (choice: ConsentChoice) => written(cache, queryKey, putConsent(choice));
}
