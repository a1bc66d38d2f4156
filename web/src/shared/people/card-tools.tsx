/** On a card: to save the product, and to never see it again. */
import { useEffect, useRef, useState } from "react";
import type { Product } from "@/api/types";
import { titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { usePeopleMessages } from "@/shared/i18n/people";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { add, remove, useIds } from "./lists";
import { useToggle } from "./use-toggle";

const TARGET = "group/target grid size-9 place-items-center pointer-coarse:size-11";
const ROUND =
  "grid size-8 place-items-center rounded-full bg-surface/90 text-ink shadow-sm group-hover/target:text-accent";

export default function CardTools({ product }: { product: Product }) {
  const m = usePeopleMessages();
  const title = titleOf(product, useMessages());
  const isHidden = useIds("hidden").includes(product.item_id);
  const [isNew, setNew] = useState(false);
  const saved = useToggle(product.item_id);
  if (isHidden) return isNew ? <Hidden product={product} onUndo={() => setNew(false)} /> : <span data-gone="" hidden />;
  return (
    <div className="pointer-events-none absolute inset-x-1 top-1 z-10 flex justify-between *:pointer-events-auto">
      <button
        type="button"
        title={m.hide}
        data-action="hide"
        className={`${TARGET} transition-opacity pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100`}
        onClick={() => {
          setNew(true);
          void add("hidden", product.item_id).catch(saved.onFailure);
        }}
      >
        <span className={ROUND}>
          <Icon name="close" className="size-4.5" />
        </span>
        <span className="sr-only">{m.hideOf(title)}</span>
      </button>
      <button
        type="button"
        title={m.save}
        data-action={saved.isOn ? undefined : "like"}
        aria-pressed={saved.isOn}
        className={TARGET}
        onClick={saved.toggle}
      >
        <span className={ROUND}>
          <Icon name="heart" className={`size-4.5 ${saved.isOn ? "fill-accent text-accent" : ""}`} />
        </span>
        <span className="sr-only">{m.saveOf(title)}</span>
      </button>
    </div>
  );
}

/** In place of the product until the page is left; takes the focus, which its button has lost. */
function Hidden({ product, onUndo }: { product: Product; onUndo: () => void }) {
  const m = usePeopleMessages();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus({ preventScroll: true }), []);
  return (
    <div className="absolute inset-0 z-20 flex flex-col items-center justify-center gap-2 rounded-lg bg-wash p-3 text-center text-sm">
      <p role="status">{m.hidden}</p>
      <Button
        variant="outline"
        size="sm"
        ref={button}
        onClick={() => {
          onUndo();
          void remove("hidden", product.item_id);
        }}
      >
        {m.undo}
      </Button>
    </div>
  );
}
