/** A saved look: its pictures, its name as the link into the studio, and a field to rename it. */
import { Link } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { usePhoto } from "@/shared/photo/photo";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { FIELD } from "./look-name";
import { MiniPhoto } from "./mini-photo";
import { cleanName, MOST_NAME_CHARS } from "./name";
import type { SavedLook } from "./saved-looks";
import { photoOfText } from "./saved-photo";
import { useItems } from "./use-items";

const PICTURES = 3;

type SavedRowProps = { look: SavedLook; onRename: (name: string) => void; onDelete: () => void };

export function SavedRow({ look, onRename, onDelete }: SavedRowProps) {
  const m = useMessages();
  const [isRenaming, setRenaming] = useState(false);
  const { choosePhoto } = usePhoto();
  const { photo } = look;
  const shown = look.itemIds.slice(0, photo === undefined ? PICTURES : PICTURES - 1);
  const count = look.itemIds.length + (photo === undefined ? 0 : 1);
  const { products } = useItems(shown);
  return (
    <li className="flex min-w-0 items-center gap-3 rounded-xl border border-line bg-surface p-2">
      <span className="flex w-20 shrink-0 gap-1 sm:w-28 *:w-1/3">
        {photo && <img src={photo} alt="" className="aspect-4/5 rounded-md bg-frame object-contain" />}
        {shown.map((itemId) => (
          <MiniPhoto key={itemId} product={products.get(itemId) ?? null} photo={undefined} />
        ))}
      </span>
      {isRenaming ? (
        <Rename
          name={look.name}
          onDone={(name) => {
            setRenaming(false);
            if (name) onRename(name);
          }}
        />
      ) : (
        <>
          <Link
            to="/studio"
            search={{
              item: [...look.itemIds],
              name: look.name,
              ...(photo !== undefined && { photo: "1" }),
              ...(count === 1 && { fill: "no" }),
            }}
            onClick={() => photo !== undefined && choosePhoto(photoOfText(photo))}
            className="flex min-h-11 min-w-0 grow flex-col justify-center rounded hover:underline"
          >
            <span className="line-clamp-2 leading-tight font-medium wrap-anywhere">{look.name}</span>
            <span className="text-sm text-muted">{m.studio.saved.pieces(count)}</span>
          </Link>
          <span className="flex">
            <Button
              variant="quiet"
              size="icon"
              onClick={() => setRenaming(true)}
              aria-label={m.studio.saved.renameOf(look.name)}
              title={m.studio.saved.rename}
            >
              <Icon name="pencil" />
            </Button>
            <Button
              variant="quiet"
              size="icon"
              onClick={onDelete}
              aria-label={m.studio.saved.deleteOf(look.name)}
              title={m.studio.saved.delete}
            >
              <Icon name="close" />
            </Button>
          </span>
        </>
      )}
    </li>
  );
}

/** `onDone` gets no name if it stays as it is. */
function Rename({ name, onDone }: { name: string; onDone: (name: string | undefined) => void }) {
  const m = useMessages();
  const [text, setText] = useState(name);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onDone(cleanName(text) || undefined);
  };
  return (
    <form onSubmit={submit} className="flex min-w-0 grow items-center gap-2">
      <input
        aria-label={m.studio.saved.nameOfLook}
        value={text}
        maxLength={MOST_NAME_CHARS}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onDone(undefined)}
        ref={focusAtEnd}
        className={`${FIELD} min-w-0`}
      />
      <Button type="submit" size="icon" aria-label={m.studio.saved.keep} title={m.studio.saved.keep}>
        <Icon name="check" />
      </Button>
    </form>
  );
}

function focusAtEnd(field: HTMLInputElement | null): void {
  field?.focus({ preventScroll: true });
}
