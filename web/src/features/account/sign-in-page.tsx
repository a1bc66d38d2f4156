/** Signing in: by password, by a passkey, or by a provider. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { accountQuery, keep } from "@/api/account";
import { useAccountMessages } from "@/shared/i18n/account";
import { useFields } from "./fields";
import { AccountForm } from "./form";
import { Frame, PageLink } from "./frame";
import { leaveFor, readNext, remember, takeRemembered } from "./next";
import { OtherWays } from "./other-ways";
import { signIn } from "./queries";

export function SignInPage() {
  const m = useAccountMessages();
  const { email, password } = useFields();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery(accountQuery);
  const search = useSearch({ strict: false }); // as it was typed: a router hands on what no page knows
  const [remembered] = useState(takeRemembered); // of somebody whom a provider sent back here
  const next = readNext(search) ?? remembered;
  const enter = async (asked: ReturnType<typeof signIn>) => {
    await keep(cache, asked);
    if (next) leaveFor(next);
    else await navigate({ to: "/account" });
  };
  return (
    <Frame title={m.signIn.title}>
      <AccountForm
        label={m.signIn.title}
        fields={[email, password]}
        submit={m.signIn.submit}
        onSubmit={(given) => enter(signIn(given.email ?? "", given.password ?? ""))}
      />
      <OtherWays ways={data?.ways} onEnter={enter} onLeave={() => remember(next)} />
      {data?.ways?.sign_up && (
        <p className="mt-6 flex flex-wrap gap-x-6">
          <PageLink to="/account/forgot">{m.signIn.forgot}</PageLink>
          <PageLink to="/account/sign-up">
            {m.signIn.noAccount} {m.signUp.title}
          </PageLink>
        </p>
      )}
    </Frame>
  );
}
