/** Whether results depend on what the person did. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useAccountMessages } from "@/shared/i18n/account";
import { RESULTS } from "@/shared/people/results";
import { personalQuery, putPersonal } from "./queries";
import { Section } from "./section";

export function Personal() {
  const m = useAccountMessages();
  const cache = useQueryClient();
  const { data } = useQuery(personalQuery);
  const { mutate, isPending, variables } = useMutation({
    mutationFn: putPersonal,
    onSuccess: async (state) => {
      cache.setQueryData(personalQuery.queryKey, state);
      await cache.invalidateQueries(RESULTS);
    },
  });
  return (
    <Section title={m.personal.title} text={m.personal.text}>
      <label className="mt-3 flex min-h-11 items-center gap-2.5">
        <input
          type="checkbox"
          checked={(isPending ? variables : data?.is_on) ?? false}
          disabled={!data}
          onChange={(event) => mutate(event.target.checked)}
          className="size-4.5 shrink-0 accent-accent"
        />
        {m.personal.on}
      </label>
    </Section>
  );
}
