/** A control that writes what it shows: the new state at once, and the former one again where it cannot be stored. */
import { type QueryKey, useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

type SwitchOptions<Value> = {
  /** What is written. Writes of one key follow each other, so that the last choice is the one that is stored. */
  writeKey: QueryKey;
  /** What was read, which is read again where a write fails: it may have been stored nevertheless. */
  queryKey: QueryKey;
  stored: Value;
  /** Done once what was read is up to date. */
  write: (value: Value) => Promise<unknown>;
};

export function useSwitch<Value>({ writeKey, queryKey, stored, write }: SwitchOptions<Value>) {
  const cache = useQueryClient();
  const [chosen, setChosen] = useState<Value>(); // a mutation's own state follows a moment later
  const pending = useMutationState({
    filters: { mutationKey: writeKey, exact: true, status: "pending" },
    select: ({ state }) => state.variables as Value, // also of a page that was left since
  });
  const { mutate, error } = useMutation({
    mutationKey: writeKey,
    scope: { id: JSON.stringify(writeKey) },
    mutationFn: write,
    onError: () => void cache.invalidateQueries({ queryKey, exact: true }),
  });
  function change(value: Value) {
    setChosen(value);
    mutate(value, { onSettled: () => setChosen(undefined) }); // called for the last choice alone
  }
  return { shown: chosen ?? pending.at(-1) ?? stored, isPending: pending.length > 0, error, change };
}
