/** Imports: a form that starts one, and all that wait, run or ended lately. */
import { useQuery } from "@tanstack/react-query";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Listed } from "@/shared/ui/listed";
import { PageHeading } from "@/shared/ui/page-heading";
import { ByUrl } from "./by-url";
import { Feeds } from "./feeds";
import { Job } from "./job";
import { importsQuery } from "./queries";
import { Upload } from "./upload";
import { followedOf, useEvents } from "./use-events";

export function ImportsPage() {
  const m = useAdminMessages();
  const query = useQuery(importsQuery);
  useEvents(followedOf(query.data?.imports ?? []));
  return (
    <>
      <PageHeading title={m.imports.pageTitle} intro={m.imports.intro} />
      <div className="mt-8 flex flex-col gap-10">
        <Upload />
        <ByUrl />
        <section aria-labelledby="imports">
          <h2 id="imports" className="text-3xl">
            {m.imports.list}
          </h2>
          <div className="mt-4">
            <Listed
              query={query}
              items={query.data?.imports}
              none={{ icon: "clock", ...m.imports.none }}
              keyOf={(job) => job.job_id}
            >
              {(job) => <Job job={job} />}
            </Listed>
          </div>
        </section>
        <Feeds />
      </div>
    </>
  );
}
