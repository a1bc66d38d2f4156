/** Looks that are arranged by hand; one at a time is edited. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EditorialLook } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button } from "@/shared/ui/button";
import { PageHeading } from "@/shared/ui/page-heading";
import { DeskProblem } from "./desk-problem";
import { LookEditor } from "./look-editor";
import { deleteLook, type Kept, looksQuery, newKey, useDesk } from "./queries";
import { RecordsSection } from "./records";

export function LooksPage() {
  const m = useAdminMessages();
  const words = m.merchandising.looks;
  const query = useQuery(looksQuery);
  const [edited, setEdited] = useState<Kept<EditorialLook>>();
  const create = () => setEdited({ key: newKey("look"), version: 0, value: { title: "", item_ids: [] } });
  return (
    <>
      <PageHeading title={words.title} intro={words.intro} />
      {edited ? (
        <LookEditor key={edited.key} kept={edited} onClose={() => setEdited(undefined)} />
      ) : (
        <div className="mt-8 flex flex-col gap-6">
          <Button className="self-start" onClick={create}>
            {words.create}
          </Button>
          <RecordsSection id="looks" title={words.list} query={query} none={words.none}>
            <ul className="mt-4 flex flex-col gap-4">
              {query.data?.records.map((kept) => (
                <LookRow key={kept.key} kept={kept} onEdit={() => setEdited(kept)} />
              ))}
            </ul>
          </RecordsSection>
        </div>
      )}
    </>
  );
}

function LookRow({ kept, onEdit }: { kept: Kept<EditorialLook>; onEdit: () => void }) {
  const m = useAdminMessages();
  const words = m.merchandising.looks;
  const remove = useDesk(deleteLook);
  const { title, item_ids } = kept.value;
  return (
    <li className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h3 className="font-medium font-sans text-base tracking-normal wrap-anywhere">{title}</h3>
          <p className="text-sm text-muted">{words.items(item_ids.length)}</p>
        </div>
        <div className="flex gap-2">
          <Button variant="outline" size="sm" onClick={onEdit} aria-label={words.editOf(title)}>
            {words.edit}
          </Button>
          <Button variant="quiet" size="sm" onClick={() => remove.mutate(kept)} aria-label={words.removeOf(title)}>
            {words.remove}
          </Button>
        </div>
      </div>
      <DeskProblem error={remove.error} />
    </li>
  );
}
