/** Creating an account; it counts once the link in the mail was opened. */
import { useAccountMessages } from "@/shared/i18n/account";
import { useLanguage } from "@/shared/i18n/language";
import { useFields } from "./fields";
import { AccountForm } from "./form";
import { Frame, PageLink } from "./frame";
import { signUp } from "./queries";

export function SignUpPage() {
  const m = useAccountMessages();
  const language = useLanguage();
  const { email, chosen } = useFields();
  return (
    <Frame title={m.signUp.title} intro={m.signUp.intro}>
      <AccountForm
        label={m.signUp.title}
        fields={[email, { ...chosen, label: m.password }]}
        submit={m.signUp.submit}
        done={m.signUp.sent}
        onSubmit={(given) => signUp(given.email ?? "", given.new_password ?? "", language)}
      />
      <p className="mt-6">
        <PageLink to="/account/sign-in">
          {m.signUp.haveAccount} {m.signIn.title}
        </PageLink>
      </p>
    </Frame>
  );
}
