import { useMutation, useQueryClient } from "@tanstack/react-query";
import { consentQuery, putConsent } from "@/api/consent";

/** Writes a choice, which counts from the next request on. */
export function useChoose() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: putConsent,
    onSuccess: (state) => cache.setQueryData(consentQuery.queryKey, state),
  });
}
