/** What a server with accounts adds to every page: what was collected here becomes hers who signs in. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { accountQuery } from "@/api/account";
import { syncLooks } from "@/features/studio/sync-looks";
import { enterAccount, leaveAccount, onStored } from "@/shared/people/lists";
import { RESULTS } from "@/shared/people/results";

export default function People() {
  const cache = useQueryClient();
  const { data } = useQuery(accountQuery);
  useEffect(() => onStored(() => void cache.invalidateQueries(RESULTS)), [cache]);
  const personId = data?.state === "signed-in" ? data.person_id : "";
  useEffect(() => {
    if (!personId) return undefined;
    enterAccount().catch(console.warn); // asked for again with the next page
    const looks = syncLooks();
    looks.catch(console.warn);
    return () => {
      leaveAccount();
      looks.then((leave) => leave()).catch(() => undefined);
      cache.removeQueries({ queryKey: ["account"], predicate: ({ queryKey }) => queryKey.length > 1 });
    };
  }, [personId, cache]);
  return null;
}
