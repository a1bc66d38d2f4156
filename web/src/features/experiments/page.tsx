/** Experiments: a form that starts one, and what each has shown so far. */
import { useQuery } from "@tanstack/react-query";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Listed } from "@/shared/ui/listed";
import { PageHeading } from "@/shared/ui/page-heading";
import { ExperimentCard } from "./experiment";
import { experimentsQuery } from "./queries";
import { StartForm } from "./start-form";

export function ExperimentsPage() {
  const m = useAdminMessages();
  const query = useQuery(experimentsQuery);
  return (
    <>
      <PageHeading title={m.experiments.pageTitle} intro={m.experiments.intro} />
      <div className="mt-8 flex flex-col gap-10">
        <StartForm />
        <section aria-labelledby="experiments">
          <h2 id="experiments" className="text-3xl">
            {m.experiments.list}
          </h2>
          <div className="mt-4">
            <Listed
              query={query}
              items={query.data?.experiments}
              none={{ icon: "clock", ...m.experiments.none }}
              keyOf={({ name }) => name}
            >
              {(one) => <ExperimentCard experiment={one} />}
            </Listed>
          </div>
        </section>
      </div>
    </>
  );
}
