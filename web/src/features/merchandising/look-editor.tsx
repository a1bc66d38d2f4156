/** One look: its title, its items in order, and products to add. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { EditorialLook } from "@/api/types";
import { titleOf } from "@/shared/format/product";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button, buttonClass } from "@/shared/ui/button";
import { TextField } from "@/shared/ui/fields";
import { DeskProblem } from "./desk-problem";
import { LookItems } from "./look-items";
import { type Kept, productsQuery, putLook, useDesk } from "./queries";

export function LookEditor({ kept, onClose }: { kept: Kept<EditorialLook>; onClose: () => void }) {
  const m = useAdminMessages();
  const words = m.merchandising.looks;
  const [look, setLook] = useState(kept.value);
  const save = useDesk(putLook, onClose);
  const arrange = (item_ids: string[]) => setLook({ ...look, item_ids });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    save.mutate({ ...kept, value: look });
  }
  return (
    <section aria-labelledby="editor" className="mt-8 flex flex-col gap-8">
      <h2 id="editor" className="text-3xl">
        {kept.version ? kept.value.title : words.create}
      </h2>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={words.name}
          value={look.title}
          onChange={(title) => setLook({ ...look, title })}
          required
          maxLength={200}
          className="max-w-xl"
        />
        <LookItems itemIds={look.item_ids} onArrange={arrange} />
        <div className="flex flex-wrap gap-3">
          <button type="submit" className={buttonClass()} disabled={save.isPending || look.item_ids.length < 2}>
            {words.save}
          </button>
          <Button variant="quiet" onClick={onClose}>
            {words.cancel}
          </Button>
        </div>
        <DeskProblem error={save.error} />
      </form>
      <AddItems has={look.item_ids} onAdd={(itemId) => arrange([...look.item_ids, itemId])} />
    </section>
  );
}

function AddItems({ has, onAdd }: { has: readonly string[]; onAdd: (itemId: string) => void }) {
  const m = useAdminMessages();
  const words = m.merchandising.looks;
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const { data } = useQuery(productsQuery(asked));
  const found = data?.results.map(({ item }) => item).filter((item) => !has.includes(item.item_id)) ?? [];
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setAsked(text);
  }
  return (
    <form onSubmit={submit} className="flex max-w-xl flex-col gap-3" aria-label={words.add}>
      <TextField label={words.find} type="search" value={text} onChange={setText} />
      <button type="submit" className={`self-start ${buttonClass({ variant: "outline" })}`}>
        {words.search}
      </button>
      <ul>
        {found.map((item) => (
          <li key={item.item_id} className="flex items-center justify-between gap-4 border-b border-line py-1">
            {titleOf(item, m)}
            <Button
              variant="quiet"
              size="sm"
              onClick={() => onAdd(item.item_id)}
              aria-label={words.addOf(titleOf(item, m))}
            >
              {words.add}
            </Button>
          </li>
        ))}
      </ul>
    </form>
  );
}
