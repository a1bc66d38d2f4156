/** The ways to sign in beside a password, as far as the server and the browser have them. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ROOT_PATH } from "@/api/root-path";
import type { AccountState } from "@/api/types";
import { useAccountMessages } from "@/shared/i18n/account";
import { Button, buttonClass } from "@/shared/ui/button";
import { failureOf } from "./failure";
import { HAS_PASSKEYS, signInByPasskey } from "./passkeys";

type OtherWaysProps = {
  ways: AccountState["ways"];
  onEnter: (asked: Promise<AccountState>) => Promise<void>;
  onLeave: () => void;
};

export function OtherWays({ ways, onEnter, onLeave }: OtherWaysProps) {
  const m = useAccountMessages();
  const [isRefused] = useState(() => globalThis.location.hash === "#problem=provider-failed");
  const { mutate, isPending, error } = useMutation({ mutationFn: () => onEnter(signInByPasskey()) });
  const hasPasskeys = ways?.passkeys && HAS_PASSKEYS;
  if (!ways || !(hasPasskeys || ways.providers.length > 0)) return null;
  return (
    <div className="mt-6 flex flex-col items-start gap-3">
      <p className="text-sm text-muted">{m.signIn.or}</p>
      {hasPasskeys && (
        <Button variant="outline" disabled={isPending} onClick={() => mutate()}>
          {m.signIn.passkey}
        </Button>
      )}
      {ways.providers.map(({ provider, name }) => (
        <a
          key={provider}
          href={`${ROOT_PATH}/v1/accounts/oidc/${provider}`}
          onClick={onLeave}
          className={buttonClass({ variant: "outline" })}
        >
          {m.signIn.with(name)}
        </a>
      ))}
      {(error || isRefused) && (
        <p role="alert" className="text-accent">
          {m.problems[error ? failureOf(error) : "provider-failed"]}
        </p>
      )}
    </div>
  );
}
