/** The pages that mails lead to, and the one that has a mail sent. */
import { useState } from "react";
import { useAccountMessages } from "@/shared/i18n/account";
import { useFields } from "./fields";
import { AccountForm, type FieldSpec } from "./form";
import { Frame, PageLink } from "./frame";
import { confirmEmail, requestReset, resetPassword } from "./queries";
import { takeToken } from "./token";

/** The password is asked for, because anybody may sign up with this address: the account is to be its owner's. */
export function ConfirmPage() {
  const m = useAccountMessages();
  return <Confirmation intro={m.confirm.intro} fields={[useFields().password]} />;
}

/** Of a change of address. */
export function AddressPage() {
  return <Confirmation fields={[]} />;
}

/** A button, because programs that read mails open links too. */
function Confirmation({ intro = "", fields }: { intro?: string; fields: readonly FieldSpec[] }) {
  const m = useAccountMessages();
  const [token] = useState(takeToken);
  return (
    <Frame title={m.confirm.title} intro={intro}>
      <AccountForm
        label={m.confirm.title}
        fields={fields}
        submit={m.confirm.submit}
        done={m.confirm.confirmed}
        onSubmit={(given) => confirmEmail(token, given.password)}
      />
      <SignInLink />
    </Frame>
  );
}

export function ForgotPage() {
  const m = useAccountMessages();
  const { email } = useFields();
  return (
    <Frame title={m.forgot.title} intro={m.forgot.intro}>
      <AccountForm
        label={m.forgot.title}
        fields={[email]}
        submit={m.forgot.submit}
        done={m.forgot.sent}
        onSubmit={(given) => requestReset(given.email ?? "")}
      />
      <SignInLink />
    </Frame>
  );
}

export function ResetPage() {
  const m = useAccountMessages();
  const { chosen } = useFields();
  const [token] = useState(takeToken);
  return (
    <Frame title={m.reset.title}>
      <AccountForm
        label={m.reset.title}
        fields={[chosen]}
        submit={m.reset.submit}
        done={m.reset.changed}
        onSubmit={(given) => resetPassword(token, given.new_password ?? "")}
      />
      <SignInLink />
    </Frame>
  );
}

function SignInLink() {
  const m = useAccountMessages();
  return (
    <p className="mt-6">
      <PageLink to="/account/sign-in">{m.signIn.title}</PageLink>
    </p>
  );
}
