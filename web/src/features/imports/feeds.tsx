/** The feeds that `deepstyle sync` keeps in the store, with what its last run did. */
import { useQuery } from "@tanstack/react-query";
import type { Feed } from "@/api/types";
import { formatCount } from "@/shared/format/numbers";
import { formatTime } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { Counts } from "./counts";
import { feedsQuery } from "./queries";

export function Feeds() {
  const m = useAdminMessages();
  const { data, error, refetch } = useQuery(feedsQuery);
  return (
    <section aria-labelledby="feeds">
      <h2 id="feeds" className="text-3xl">
        {m.imports.feeds.title}
      </h2>
      <p className="mt-1 text-sm text-muted">{m.imports.feeds.text}</p>
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {!data && !error && <Skeleton className="mt-4 h-20 w-full" />}
      {data?.feeds.length === 0 && <p className="mt-4">{m.imports.feeds.none}</p>}
      <ul className="mt-4 flex flex-col gap-4">
        {data?.feeds.map((feed) => (
          <li key={feed.feed} className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-6">
            <FeedCard feed={feed} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function FeedCard({ feed }: { feed: Feed }) {
  const m = useAdminMessages();
  const words = m.imports.feeds;
  const language = useLanguage();
  const run = feed.last_run;
  const times = [
    run && words.lastRun(formatTime(run.started, language)),
    feed.next_run && words.nextRun(formatTime(feed.next_run, language)),
  ];
  return (
    <article aria-label={feed.feed}>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <h3 className="font-medium wrap-anywhere">{feed.feed}</h3>
        {run && (
          <p
            className={`rounded-full px-3 py-1 text-sm font-medium ${run.outcome === "failed" ? "bg-blush text-accent" : "bg-wash"}`}
          >
            {words.outcomes[run.outcome]}
          </p>
        )}
      </div>
      <p className="text-sm text-muted">{times.filter(Boolean).join(", ")}</p>
      {run && <Counts of={run} />}
      {run?.error && (
        <p className="mt-3 text-accent">
          {run.error} {run.remedy}
        </p>
      )}
      {run?.prune_refused && <p className="mt-3 text-accent">{m.imports.pruneRefused(run.prune_refused)}</p>}
      {feed.failures > 1 && <p className="mt-3 text-accent">{words.failures(formatCount(feed.failures, language))}</p>}
    </article>
  );
}
