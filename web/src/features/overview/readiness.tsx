/** Whether searches are answered, by which model, over how many items; or why not, in the server's words. */
import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@/shared/format/numbers";
import { formatTime } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { Fact } from "./facts";
import { readinessQuery } from "./queries";

export function ReadinessFacts() {
  const m = useAdminMessages();
  const language = useLanguage();
  const { data: ready, error } = useQuery(readinessQuery);
  if (error) {
    return (
      <Fact name={m.overview.status}>
        <strong className="font-medium text-accent">{m.overview.notReady}</strong> ({error.message})
      </Fact>
    );
  }
  if (!ready) return <Fact name={m.overview.status}>…</Fact>;
  return (
    <>
      <Fact name={m.overview.status}>
        <strong className="font-medium">{m.overview.ready}</strong>
      </Fact>
      <Fact name={m.overview.items}>{formatCount(ready.items, language)}</Fact>
      <Fact name={m.overview.vectors}>{formatCount(ready.vectors, language)}</Fact>
      <Fact name={m.overview.model}>
        {ready.architecture}, {ready.precision} <code className="text-sm text-muted">{ready.fingerprint}</code>
        {ready.upgrade && <span className="block text-accent">{ready.upgrade}</span>}
      </Fact>
      <Fact name={m.overview.lastCheck}>
        {ready.last_check === null
          ? m.overview.neverChecked
          : ready.last_check.findings === 0
            ? m.overview.sound(formatTime(ready.last_check.checked_at, language))
            : m.overview.damaged(
                formatTime(ready.last_check.checked_at, language),
                formatCount(ready.last_check.findings, language),
              )}
      </Fact>
    </>
  );
}
