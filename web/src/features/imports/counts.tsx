/** How many rows and pictures of an import or a feed became what; those that are 0 are left out. */
import type { ImportJob } from "@/api/types";
import { formatCount } from "@/shared/format/numbers";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";

const COUNTS = ["accepted", "rejected", "added", "changed", "unchanged", "pruned", "encoded", "not_encoded"] as const;

export function Counts({ of }: { of: Pick<ImportJob, (typeof COUNTS)[number]> }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const shown = COUNTS.filter((name) => of[name] > 0);
  if (shown.length === 0) return null;
  return (
    <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm tabular-nums">
      {shown.map((name) => (
        <li key={name} className={name === "rejected" || name === "not_encoded" ? "text-accent" : ""}>
          <strong className="font-medium">{formatCount(of[name], language)}</strong> {m.imports.counts[name]}
        </li>
      ))}
    </ul>
  );
}
