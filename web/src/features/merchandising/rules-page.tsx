/** Rules: what is pinned, boosted, buried and hidden; one at a time is edited. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Rule } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button } from "@/shared/ui/button";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { type Kept, newKey, rulesQuery } from "./queries";
import { RuleCard } from "./rule-card";
import { NEW_RULE } from "./rule-draft";
import { RuleEditor } from "./rule-editor";

export function RulesPage() {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  const { data, error, failureReason, refetch } = useQuery(rulesQuery);
  const [edited, setEdited] = useState<Kept<Rule>>();
  return (
    <>
      <PageHeading title={words.title} intro={words.intro} />
      {edited ? (
        <RuleEditor key={edited.key} kept={edited} onClose={() => setEdited(undefined)} />
      ) : (
        <div className="mt-8 flex flex-col gap-6">
          <Button
            className="self-start"
            onClick={() => setEdited({ key: newKey("rule"), version: 0, value: NEW_RULE })}
          >
            {words.create}
          </Button>
          {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
          {!data && !error && (
            <>
              <WaitingNotice failure={failureReason} />
              <Skeleton className="h-40 w-full" />
            </>
          )}
          {data?.records.length === 0 && <Notice icon="filter" title={words.none.title} text={words.none.text} />}
          <ul className="flex flex-col gap-4">
            {data?.records.map((kept) => (
              <li key={kept.key}>
                <RuleCard kept={kept} onEdit={() => setEdited(kept)} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
