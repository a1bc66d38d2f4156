/** Groups of words that mean the same in a search. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useAdminMessages } from "@/shared/i18n/admin";
import { buttonClass } from "@/shared/ui/button";
import { TextField } from "@/shared/ui/fields";
import { DeskProblem } from "./desk-problem";
import { deleteSynonyms, newKey, putSynonyms, synonymsQuery, useDesk } from "./queries";
import { RecordRow, RecordsSection } from "./records";
import { listed } from "./rule-draft";

export function SynonymGroups() {
  const m = useAdminMessages();
  const words = m.merchandising.words;
  const query = useQuery(synonymsQuery);
  const remove = useDesk(deleteSynonyms);
  return (
    <RecordsSection id="synonyms" title={words.synonyms} query={query} none={words.noSynonyms}>
      <NewGroup />
      <DeskProblem error={remove.error} />
      <ul className="mt-4">
        {query.data?.records.map((kept) => (
          <RecordRow key={kept.key} text={kept.value.words.join(", ")} onRemove={() => remove.mutate(kept)} />
        ))}
      </ul>
    </RecordsSection>
  );
}

function NewGroup() {
  const m = useAdminMessages();
  const words = m.merchandising.words;
  const [text, setText] = useState("");
  const put = useDesk(putSynonyms, () => setText(""));
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    put.mutate({ key: newKey(text), version: 0, value: { words: listed(text) } });
  }
  return (
    <form onSubmit={submit} className="mt-4 flex flex-col gap-3">
      <TextField label={words.group} hint={words.groupHint} value={text} onChange={setText} required />
      <button type="submit" disabled={put.isPending} className={`self-start ${buttonClass()}`}>
        {words.addGroup}
      </button>
      <DeskProblem error={put.error} />
    </form>
  );
}
