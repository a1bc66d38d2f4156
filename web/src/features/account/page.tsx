/** The account: what belongs to it, and what its owner may change. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { accountQuery } from "@/api/account";
import type { AccountState } from "@/api/types";
import { useAccountMessages } from "@/shared/i18n/account";
import { Button } from "@/shared/ui/button";
import { ProblemNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { ChangeEmail, ChangePassword } from "./change";
import { PageLink } from "./frame";
import { leaveFor, takeRemembered } from "./next";
import { PasskeyList } from "./passkey-list";
import { Personal } from "./personal";
import { signOut } from "./queries";
import { SessionList } from "./session-list";
import { SizesForm } from "./sizes-form";
import { YourData } from "./your-data";

export function AccountPage() {
  const { data: account, error, refetch } = useQuery(accountQuery);
  if (error) return <ProblemNotice error={error} onRetry={() => refetch()} />;
  if (!account) return <Skeleton className="h-96 w-full" />;
  if (account.state !== "signed-in") return <Navigate to="/account/sign-in" replace />;
  return <SignedIn account={account} />;
}

function SignedIn({ account }: { account: AccountState }) {
  const m = useAccountMessages();
  useEffect(() => {
    const next = takeRemembered();
    if (next) leaveFor(next);
  }, []);
  return (
    <>
      <PageHeading title={m.page.title} intro={m.page.signedInAs(account.email)} />
      <p className="mt-4 flex flex-wrap items-center gap-x-6 gap-y-2">
        <PageLink to="/wishlist">{m.page.wishlist}</PageLink>
        <PageLink to="/history">{m.page.history}</PageLink>
        <PageLink to="/studio">{m.page.looks}</PageLink>
        <SignOut />
      </p>
      <div className="mt-8 grid gap-x-16 gap-y-10 lg:grid-cols-2">
        <Personal />
        <SizesForm />
        {account.has_password && <ChangePassword />}
        <ChangeEmail account={account} />
        {account.ways?.passkeys && <PasskeyList account={account} />}
        <SessionList />
        <YourData account={account} />
      </div>
    </>
  );
}

function SignOut() {
  const m = useAccountMessages();
  const cache = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: signOut,
    onSettled: () => cache.resetQueries(accountQuery), // with all that was seen of the account
  });
  return (
    <Button variant="outline" size="sm" disabled={isPending} onClick={() => mutate()}>
      {m.page.signOut}
    </Button>
  );
}
