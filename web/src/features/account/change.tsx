/** A new password, or a new address. */
import { useQueryClient } from "@tanstack/react-query";
import { keep } from "@/api/account";
import type { AccountState } from "@/api/types";
import { useAccountMessages } from "@/shared/i18n/account";
import { useFields } from "./fields";
import { AccountForm } from "./form";
import { changeEmail, changePassword } from "./queries";
import { Section } from "./section";

export function ChangePassword() {
  const m = useAccountMessages();
  const cache = useQueryClient();
  const { present, chosen } = useFields();
  return (
    <Section title={m.change.passwordTitle} text={m.change.passwordText}>
      <AccountForm
        label={m.change.passwordTitle}
        fields={[present, chosen]}
        submit={m.change.passwordSubmit}
        done={m.change.passwordDone}
        onSubmit={(given) => keep(cache, changePassword(given.password ?? "", given.new_password ?? ""))}
      />
    </Section>
  );
}

export function ChangeEmail({ account }: { account: AccountState }) {
  const m = useAccountMessages();
  const { email, present } = useFields();
  const address = { ...email, label: m.change.newEmail, autoComplete: "email" };
  return (
    <Section title={m.change.emailTitle} text={m.change.emailText}>
      <AccountForm
        label={m.change.emailTitle}
        fields={account.has_password ? [address, present] : [address]}
        submit={m.change.emailSubmit}
        done={m.change.emailDone}
        onSubmit={(given) => changeEmail(given.email ?? "", given.password ?? "")}
      />
    </Section>
  );
}
