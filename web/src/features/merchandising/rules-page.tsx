/** Rules: what is pinned, boosted, buried and hidden; one at a time is edited. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Rule } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button } from "@/shared/ui/button";
import { Listed } from "@/shared/ui/listed";
import { PageHeading } from "@/shared/ui/page-heading";
import { type Kept, newKey, rulesQuery } from "./queries";
import { RuleCard } from "./rule-card";
import { NEW_RULE } from "./rule-draft";
import { RuleEditor } from "./rule-editor";

export function RulesPage() {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  const query = useQuery(rulesQuery);
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
          <Listed
            query={query}
            items={query.data?.records}
            none={{ icon: "filter", ...words.none }}
            keyOf={({ key }) => key}
          >
            {(kept) => <RuleCard kept={kept} onEdit={() => setEdited(kept)} />}
          </Listed>
        </div>
      )}
    </>
  );
}
