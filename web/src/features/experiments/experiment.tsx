/** One experiment: what it compares, what it has shown, and the button that ends it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ExperimentState } from "@/api/types";
import { formatTime } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { experimentsQuery, stopExperiment } from "./queries";
import { Report } from "./report";

export function ExperimentCard({ experiment: one }: { experiment: ExperimentState }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const words = m.experiments;
  const times = one.stopped
    ? words.ended(formatTime(one.started, language), formatTime(one.stopped, language))
    : words.since(formatTime(one.started, language));
  return (
    <article
      aria-label={one.name}
      data-state={one.state}
      className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-6"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <h3 className="font-medium wrap-anywhere">{one.name}</h3>
          <p className="text-sm text-muted wrap-anywhere">
            {words.compares(one.b, one.a, words.surfaces[one.surface ?? "search"])} {times}
          </p>
        </div>
        {one.state === "running" && <StopButton name={one.name} />}
      </div>
      <Report name={one.name} />
    </article>
  );
}

/** An experiment that has ended cannot go on, so the button asks once more. */
function StopButton({ name }: { name: string }) {
  const m = useAdminMessages();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => stopExperiment(name),
    onSuccess: () => queryClient.invalidateQueries(experimentsQuery),
  });
  if (!isAsking)
    return (
      <Button variant="outline" size="sm" aria-label={m.experiments.stopOf(name)} onClick={() => setAsking(true)}>
        {m.experiments.stop}
      </Button>
    );
  return (
    <fieldset className="flex flex-wrap items-center gap-2 text-sm">
      <legend className="sr-only">{m.experiments.stopOf(name)}</legend>
      {m.experiments.sure}
      <Button size="sm" autoFocus disabled={isPending} onClick={() => mutate()}>
        {m.experiments.stopNow}
      </Button>
      <Button variant="quiet" size="sm" onClick={() => setAsking(false)}>
        {m.experiments.goOn}
      </Button>
      {error && <p role="alert">{m.experiments.refused(error.message)}</p>}
    </fieldset>
  );
}
