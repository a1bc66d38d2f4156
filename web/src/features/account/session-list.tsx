/** The devices that are signed in; each can be signed out. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { formatTime } from "@/shared/format/times";
import { useAccountMessages } from "@/shared/i18n/account";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { endSession, sessionsQuery } from "./queries";
import { Section } from "./section";

export function SessionList() {
  const m = useAccountMessages();
  const language = useLanguage();
  const { data, refetch } = useQuery(sessionsQuery);
  const { mutate } = useMutation({ mutationFn: endSession, onSettled: () => refetch() });
  return (
    <Section title={m.sessions.title}>
      <ul className="mt-3">
        {data?.sessions.map((one) => (
          <li key={one.session_id} className="flex items-center justify-between gap-3 border-b border-line py-1">
            <span className="min-w-0 wrap-anywhere">
              {one.device || m.sessions.unknown}{" "}
              <span className="text-sm text-muted">
                {one.is_this ? m.sessions.isThis : m.sessions.used(formatTime(one.used, language))}
              </span>
            </span>
            {one.is_this ? (
              <span className="min-h-11" />
            ) : (
              <Button
                variant="quiet"
                size="sm"
                aria-label={m.sessions.endOf(one.device || m.sessions.unknown)}
                onClick={() => mutate(one.session_id)}
              >
                {m.sessions.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
