/** The passkeys: added with the device at hand, and removed. */
import { useMutation, useQuery } from "@tanstack/react-query";
import type { AccountState } from "@/api/types";
import { formatTime } from "@/shared/format/times";
import { useAccountMessages } from "@/shared/i18n/account";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { useFields } from "./fields";
import { AccountForm } from "./form";
import { addPasskey, HAS_PASSKEYS, passkeysQuery, removePasskey } from "./passkeys";
import { Section } from "./section";

export function PasskeyList({ account }: { account: AccountState }) {
  const m = useAccountMessages();
  const language = useLanguage();
  const { present } = useFields();
  const { data, refetch } = useQuery(passkeysQuery);
  const { mutate } = useMutation({ mutationFn: removePasskey, onSettled: () => refetch() });
  return (
    <Section title={m.passkeys.title} text={m.passkeys.text}>
      {data?.passkeys.length === 0 && <p className="mt-3">{m.passkeys.none}</p>}
      <ul className="mt-3">
        {data?.passkeys.map(({ passkey_id, name, created }) => (
          <li key={passkey_id} className="flex items-center justify-between gap-3 border-b border-line py-1">
            <span className="min-w-0 wrap-anywhere">
              {name || m.passkeys.untitled}{" "}
              <span className="text-sm text-muted">{m.passkeys.added(formatTime(created, language))}</span>
            </span>
            <Button
              variant="quiet"
              size="sm"
              aria-label={m.passkeys.removeOf(name || m.passkeys.untitled)}
              onClick={() => mutate(passkey_id)}
            >
              {m.passkeys.remove}
            </Button>
          </li>
        ))}
      </ul>
      {HAS_PASSKEYS && (
        <AccountForm
          label={m.passkeys.title}
          fields={account.has_password ? [present] : []}
          submit={m.passkeys.add}
          onSubmit={async (given) => {
            await addPasskey(given.password ?? "", "");
            await refetch();
          }}
        />
      )}
    </Section>
  );
}
