/** A copy of all that is stored, and its deletion. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { accountQuery } from "@/api/account";
import { ROOT_PATH } from "@/api/root-path";
import type { AccountState } from "@/api/types";
import { useAccountMessages } from "@/shared/i18n/account";
import { Button, buttonClass } from "@/shared/ui/button";
import { showToast } from "@/shared/ui/toasts";
import { useFields } from "./fields";
import { AccountForm } from "./form";
import { deleteAccount } from "./queries";
import { Section } from "./section";

export function YourData({ account }: { account: AccountState }) {
  const m = useAccountMessages();
  const [isAsking, setAsking] = useState(false);
  return (
    <Section title={m.data.title} text={m.data.exportText}>
      <a href={`${ROOT_PATH}/v1/me/export`} download className={`mt-3 ${buttonClass({ variant: "outline" })}`}>
        {m.data.exportLink}
      </a>
      <p className="mt-6 text-muted">{m.data.removeText}</p>
      {isAsking ? (
        <Deletion account={account} />
      ) : (
        <Button variant="outline" className="mt-3" onClick={() => setAsking(true)}>
          {m.data.removeOpen}
        </Button>
      )}
    </Section>
  );
}

function Deletion({ account }: { account: AccountState }) {
  const m = useAccountMessages();
  const { present } = useFields();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return (
    <AccountForm
      label={m.data.removeOpen}
      fields={account.has_password ? [present] : []}
      submit={m.data.removeSubmit}
      onSubmit={async (given) => {
        await deleteAccount(given.password ?? "");
        await navigate({ to: "/" });
        await cache.resetQueries(accountQuery); // with all that was seen of the account
        showToast(m.data.removed);
      }}
    />
  );
}
