/** A rule in the list: what it does, to what, when; a switch, and what may be done with it. */
import type { Rule } from "@/api/types";
import { formatDay } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { CheckField } from "@/shared/ui/fields";
import { DeskProblem } from "./desk-problem";
import { deleteRule, type Kept, useDesk, useEnabled } from "./queries";

export function RuleCard({ kept, onEdit }: { kept: Kept<Rule>; onEdit: () => void }) {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  const rule = kept.value;
  const enabled = useEnabled(kept);
  const remove = useDesk(deleteRule);
  return (
    <article aria-label={rule.name} className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <h2 className="font-medium font-sans text-base tracking-normal wrap-anywhere">{rule.name}</h2>
          <Summary rule={rule} />
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <CheckField label={words.enabled} checked={enabled.shown} onChange={enabled.change} />
          <Button
            variant="outline"
            size="sm"
            onClick={onEdit}
            disabled={enabled.isPending}
            aria-label={words.editOf(rule.name)}
          >
            {words.edit}
          </Button>
          <Button
            variant="quiet"
            size="sm"
            onClick={() => remove.mutate(kept)}
            disabled={remove.isPending || enabled.isPending}
            aria-label={words.removeOf(rule.name)}
          >
            {words.remove}
          </Button>
        </div>
      </div>
      <DeskProblem error={enabled.error ?? remove.error} />
    </article>
  );
}

function Summary({ rule }: { rule: Rule }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const words = m.merchandising.rules;
  const lists = [
    rule.item_ids,
    rule.semantic_categories,
    rule.categories,
    rule.brands,
    rule.seasons,
    rule.availabilities,
  ];
  const day = (date: string | null | undefined) => (date ? formatDay(date, language) : words.open);
  const facts = [
    words.actions[rule.action],
    rule.query && words.forQuery(rule.query),
    ...lists.filter((list) => list.length > 0).map((list) => list.join(", ")),
    (rule.from || rule.to) && words.between(day(rule.from), day(rule.to)),
  ];
  return <p className="text-sm text-muted wrap-anywhere">{facts.filter(Boolean).join(" · ")}</p>;
}
