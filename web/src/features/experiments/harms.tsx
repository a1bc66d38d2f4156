/** What must not happen more often with B, each with its counts. */
import type { ExperimentReport } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";

export function Harms({ report }: { report: ExperimentReport }) {
  const m = useAdminMessages();
  const words = m.experiments.report;
  if (report.harms.length === 0) return null;
  return (
    <ul className="mt-3 flex flex-col gap-1 text-sm">
      {report.harms.map((harm) => (
        <li key={harm.name} className={harm.is_broken ? "text-accent" : ""}>
          <strong className="font-medium">{harm.is_broken ? words.broken : words.holds}</strong>{" "}
          {words.harm(words.harms[harm.name], harm.a, harm.b)}
        </li>
      ))}
    </ul>
  );
}
