/** Searches that lead to a page of the website. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useAdminMessages } from "@/shared/i18n/admin";
import { buttonClass } from "@/shared/ui/button";
import { TextField } from "@/shared/ui/fields";
import { DeskProblem } from "./desk-problem";
import { deleteRedirect, newKey, putRedirect, redirectsQuery, useDesk } from "./queries";
import { RecordRow, RecordsSection } from "./records";

export function Redirects() {
  const m = useAdminMessages();
  const words = m.merchandising.words;
  const query = useQuery(redirectsQuery);
  const remove = useDesk(deleteRedirect);
  return (
    <RecordsSection id="redirects" title={words.redirects} query={query} none={words.noRedirects}>
      <NewRedirect />
      <DeskProblem error={remove.error} />
      <ul className="mt-4">
        {query.data?.records.map((kept) => (
          <RecordRow
            key={kept.key}
            text={words.leads(kept.value.query, kept.value.to)}
            onRemove={() => remove.mutate(kept)}
          />
        ))}
      </ul>
    </RecordsSection>
  );
}

const EMPTY = { query: "", to: "" };

function NewRedirect() {
  const m = useAdminMessages();
  const words = m.merchandising.words;
  const [value, setValue] = useState(EMPTY);
  const put = useDesk(putRedirect, () => setValue(EMPTY));
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    put.mutate({ key: newKey(value.query), version: 0, value: { query: value.query.trim(), to: value.to.trim() } });
  }
  return (
    <form onSubmit={submit} className="mt-4 flex flex-col gap-3">
      <TextField
        label={words.search}
        value={value.query}
        onChange={(query) => setValue({ ...value, query })}
        required
      />
      <TextField
        label={words.to}
        hint={words.toHint}
        value={value.to}
        onChange={(to) => setValue({ ...value, to })}
        required
      />
      <button type="submit" disabled={put.isPending} className={`self-start ${buttonClass()}`}>
        {words.addRedirect}
      </button>
      <DeskProblem error={put.error} />
    </form>
  );
}
