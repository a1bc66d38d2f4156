/** The form that starts an experiment. What it says cannot be changed afterwards. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useRef, useState } from "react";
import type { NewExperiment } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { buttonClass } from "@/shared/ui/button";
import { ChoiceField, TextField } from "@/shared/ui/fields";
import { experimentsQuery, startExperiment } from "./queries";

type Method = NonNullable<NewExperiment["method"]>;

type Metric = (typeof METRICS)[number];

const METRICS = ["click", "like", "add_to_cart", "purchase"] as const;
/** Names of experiments and variants. */
const NAME = { required: true, maxLength: 64, pattern: "[a-z0-9][a-z0-9\\-]*", autoComplete: "off" };
const GUARDRAILS: Readonly<Record<Method, NonNullable<NewExperiment["guardrails"]>>> = {
  interleave: ["hides"],
  ab: ["hides", "no_results", "errors", "slow"],
};

export function StartForm() {
  const m = useAdminMessages();
  const words = m.experiments.start;
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const queryClient = useQueryClient();
  const [method, setMethod] = useState<Method>("interleave");
  const [metric, setMetric] = useState<Metric>("click");
  const { mutate, isPending, error } = useMutation({
    mutationFn: startExperiment,
    onSuccess: async () => {
      form.current?.reset();
      setMethod("interleave");
      setMetric("click");
      await queryClient.invalidateQueries(experimentsQuery);
    },
  });
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget)) as unknown as NewExperiment;
    mutate({ ...given, method, metric: method === "ab" ? metric : "click", guardrails: GUARDRAILS[method] });
  }
  return (
    <form ref={form} onSubmit={send} aria-labelledby={`${id}-title`} className="flex max-w-2xl flex-col gap-4">
      <h2 id={`${id}-title`} className="text-3xl">
        {words.title}
      </h2>
      <TextField name="name" label={words.name} hint={words.nameHint} {...NAME} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField name="a" label={words.a} defaultValue="plain" {...NAME} />
        <TextField name="b" label={words.b} {...NAME} />
        <ChoiceField
          label={words.method}
          value={method}
          options={(["interleave", "ab"] as const).map((value) => ({ value, label: words.methods[value] }))}
          onChange={setMethod}
        />
        {method === "ab" && (
          <ChoiceField
            label={words.metric}
            value={metric}
            options={METRICS.map((value) => ({ value, label: m.experiments.report.metrics[value] }))}
            onChange={setMetric}
          />
        )}
      </div>
      <p className="text-sm text-muted">{words.fixed}</p>
      <button type="submit" disabled={isPending} className={`self-start ${buttonClass()}`}>
        {words.submit}
      </button>
      {error && (
        <p role="alert" className="text-accent">
          {m.experiments.refused(error.message)}
        </p>
      )}
    </form>
  );
}
