/** Whether results depend on what the person did. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { written } from "@/api/written";
import { useAccountMessages } from "@/shared/i18n/account";
import { RESULTS } from "@/shared/people/results";
import { useSwitch } from "@/shared/ui/use-switch";
import { failureOf } from "./failure";
import { personalQuery, putPersonal } from "./queries";
import { Section } from "./section";

export function Personal() {
  const m = useAccountMessages();
  const cache = useQueryClient();
  const { queryKey } = personalQuery;
  const { data } = useQuery(personalQuery);
  const { shown, error, change } = useSwitch({
    writeKey: queryKey,
    queryKey,
    stored: data?.is_on ?? false,
    write: async (isOn) => {
      await written(cache, queryKey, putPersonal(isOn));
      await cache.invalidateQueries(RESULTS);
    },
  });
  return (
    <Section title={m.personal.title} text={m.personal.text}>
      <label className="mt-3 flex min-h-11 items-center gap-2.5">
        <input
          type="checkbox"
          checked={shown}
          disabled={!data}
          onChange={(event) => change(event.target.checked)}
          className="size-4.5 shrink-0 accent-accent"
        />
        {m.personal.on}
      </label>
      {error && (
        <p role="alert" className="text-accent" data-failure={failureOf(error)}>
          {m.problems[failureOf(error)]}
        </p>
      )}
    </Section>
  );
}
