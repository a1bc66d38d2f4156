/** The looks that are saved in this browser: to open, rename and delete. Nothing where there are none. */
import { useEffect, useRef, useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { showToast } from "@/shared/ui/toasts";
import { keyOf, renamed, type SavedLook, withLook, without } from "./saved-looks";
import { SavedRow } from "./saved-row";
import { storeLooks, useSavedLooks } from "./use-saved-looks";

const SHOWN = 6; // at first: each asks for its items

export function SavedList() {
  const m = useMessages();
  const looks = useSavedLooks();
  const [isAll, setAll] = useState(false);
  const [deleted, setDeleted] = useState<SavedLook>();
  const store = (next: readonly SavedLook[] | undefined) => {
    if (!next || !storeLooks(next)) showToast(m.studio.saved.failed);
  };
  if (looks.length === 0 && !deleted) return null;
  return (
    <section aria-labelledby="saved" className="mt-12 print:hidden">
      <h2 id="saved" className="text-2xl sm:text-3xl">
        {m.studio.saved.title}
      </h2>
      <p className="mt-1 text-muted">{m.studio.saved.where}</p>
      {deleted && (
        <Deleted
          look={deleted}
          onRestore={() => {
            store(withLook(looks, deleted));
            setDeleted(undefined);
          }}
        />
      )}
      <ul className="mt-3 grid gap-3 lg:grid-cols-2">
        {looks.slice(0, isAll ? looks.length : SHOWN).map((look) => (
          <SavedRow
            key={keyOf(look)}
            look={look}
            onRename={(name) => store(renamed(looks, look, name))}
            onDelete={() => {
              store(without(looks, look));
              setDeleted(look);
            }}
          />
        ))}
      </ul>
      {!isAll && looks.length > SHOWN && (
        <Button variant="outline" className="mt-3" onClick={() => setAll(true)}>
          {m.studio.saved.all(looks.length)}
        </Button>
      )}
    </section>
  );
}

/** Takes the focus, which the deleted row has lost. */
function Deleted({ look, onRestore }: { look: SavedLook; onRestore: () => void }) {
  const m = useMessages();
  const button = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: again for each deleted look
  useEffect(() => button.current?.focus({ preventScroll: true }), [look]);
  return (
    <p role="status" className="mt-3 flex items-center justify-between gap-3 rounded-lg bg-wash px-4 py-1">
      <span className="min-w-0 truncate">{m.studio.saved.deleted(look.name)}</span>
      <Button variant="quiet" size="sm" onClick={onRestore} ref={button}>
        {m.studio.undo}
      </Button>
    </p>
  );
}
