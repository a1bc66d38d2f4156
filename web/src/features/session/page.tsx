/** In place of a page of `/admin`, as long as nobody is signed in: the form for the key, or how to create one. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useId, useState } from "react";
import { ROOT_PATH } from "@/api/root-path";
import { sessionQuery, signIn } from "@/api/session";
import type { SessionState } from "@/api/types";
import { written } from "@/api/written";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button, buttonClass } from "@/shared/ui/button";
import { Command } from "@/shared/ui/command";
import { PageHeading } from "@/shared/ui/page-heading";
import { failureOf } from "./failure";
import { takeLink } from "./link";

const CREATE = "deepstyle keys create NAME --scope admin";

export function NoKeyPage() {
  const m = useAdminMessages();
  return (
    <div className="mx-auto max-w-xl">
      <PageHeading title={m.admin.off.title} intro={m.admin.off.text} />
      <div className="mt-6">
        <Command text={CREATE} />
      </div>
      <Button className="mt-6" onClick={() => globalThis.location.reload()}>
        {m.admin.off.reload}
      </Button>
    </div>
  );
}

/** A one-time link that was opened signs in by itself. */
export function SignInPage({ session }: { session: SessionState }) {
  const m = useAdminMessages();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (given: Parameters<typeof signIn>[0]) => written(queryClient, sessionQuery.queryKey, signIn(given)),
  });
  useEffect(() => {
    const link = takeLink();
    if (link) mutate({ link });
  }, [mutate]);
  return (
    <div className="mx-auto max-w-xl">
      <PageHeading title={m.admin.signIn.title} intro={m.admin.signIn.text} />
      {session.state === "signed-out" && (
        <KeyForm isBusy={isPending} onKey={(key) => mutate({ key })} failure={error && failureOf(error)} />
      )}
      <p role="status" className="mt-4 min-h-6 text-sm text-muted">
        {isPending && m.admin.signIn.working}
      </p>
      {session.accounts && <WithAccount email={session.account ?? ""} />}
      <p className="mt-8 text-sm text-muted">{m.admin.signIn.howTo}</p>
      <Command text={CREATE} />
    </div>
  );
}

/** The way to the shop's own page for it, which leads back here. */
function WithAccount({ email }: { email: string }) {
  const m = useAdminMessages();
  const words = m.admin.signIn;
  const here = useLocation({ select: ({ pathname }) => pathname });
  return (
    <section aria-label={words.accountTitle} className="mt-4">
      <p>{email ? words.noRole(email) : words.account}</p>
      <a
        href={`${ROOT_PATH}/account/sign-in?next=${encodeURIComponent(here)}`}
        className={`mt-3 ${buttonClass({ variant: "outline" })}`}
      >
        {email ? words.otherAccount : words.withAccount}
      </a>
    </section>
  );
}

type KeyFormProps = {
  isBusy: boolean;
  onKey: (key: string) => void;
  failure: ReturnType<typeof failureOf> | null;
};

function KeyForm({ isBusy, onKey, failure }: KeyFormProps) {
  const m = useAdminMessages();
  const id = useId();
  const [key, setKey] = useState("");
  return (
    <form
      className="mt-8 flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onKey(key.trim());
      }}
    >
      <label htmlFor={id} className="font-medium">
        {m.admin.signIn.key}
      </label>
      <input
        id={id}
        type="password"
        value={key}
        onChange={(event) => setKey(event.target.value)}
        required
        maxLength={200}
        autoComplete="current-password"
        aria-invalid={failure !== null}
        aria-describedby={failure ? `${id}-failure` : undefined}
        className="min-h-11 w-full rounded-lg border border-edge bg-surface px-3 font-mono text-sm"
      />
      {failure && (
        <p id={`${id}-failure`} role="alert" className="text-sm text-accent" data-failure={failure}>
          {m.admin.signIn[failure]}
        </p>
      )}
      <button type="submit" disabled={isBusy} className={`mt-2 self-start ${buttonClass()}`}>
        {m.admin.signIn.submit}
      </button>
    </form>
  );
}
