/** The items of a look in their order: dragged, or moved by buttons, which say where an item is now. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Product } from "@/api/types";
import { titleOf } from "@/shared/format/product";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Icon } from "@/shared/ui/icon";
import { ItemPhoto } from "@/shared/ui/item-photo";
import { moved } from "./moved";
import { itemsQuery } from "./queries";

type Props = { itemIds: readonly string[]; onArrange: (itemIds: string[]) => void };

export function LookItems({ itemIds, onArrange }: Props) {
  const m = useAdminMessages();
  const words = m.merchandising.looks;
  const { data } = useQuery(itemsQuery(itemIds));
  const [dragged, setDragged] = useState<number>();
  const [said, setSaid] = useState("");
  const products = new Map(data?.map((item) => [item.item_id, item]));
  function move(from: number, to: number, title: string) {
    onArrange(moved(itemIds, from, to));
    setSaid(words.isAt(title, to + 1, itemIds.length));
  }
  return (
    <div>
      <ol aria-label={words.order} className="grid grid-cols-2 gap-4 sm:grid-cols-4 lg:grid-cols-6">
        {itemIds.map((itemId, at) => {
          const product = products.get(itemId);
          const title = product ? titleOf(product, m) : itemId;
          return (
            <li
              key={itemId}
              data-item-id={itemId}
              draggable
              onDragStart={() => setDragged(at)}
              onDragEnd={() => setDragged(undefined)}
              onDragOver={(event) => event.preventDefault()}
              onDrop={() => dragged !== undefined && move(dragged, at, title)}
              className={`cursor-grab rounded-lg border border-line bg-surface p-2 text-sm ${dragged === at ? "opacity-50" : ""}`}
            >
              <Picture product={product} title={title} />
              <Tools
                title={title}
                isFirst={at === 0}
                isLast={at === itemIds.length - 1}
                onMove={(step) => move(at, at + step, title)}
                onRemove={() => onArrange(itemIds.filter((_, other) => other !== at))}
              />
            </li>
          );
        })}
      </ol>
      <p role="status" className="sr-only">
        {said}
      </p>
    </div>
  );
}

function Picture({ product, title }: { product: Product | undefined; title: string }) {
  return (
    <>
      {product && <ItemPhoto product={product} sizes="10rem" />}
      <p aria-hidden={product !== undefined} className="mt-1 line-clamp-2">
        {title}
      </p>
    </>
  );
}

type ToolsProps = {
  title: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (step: 1 | -1) => void;
  onRemove: () => void;
};

const TOOL = "grid size-11 place-items-center rounded-full hover:bg-wash disabled:opacity-40";

function Tools({ title, isFirst, isLast, onMove, onRemove }: ToolsProps) {
  const m = useAdminMessages();
  const words = m.merchandising.looks;
  return (
    <div className="flex justify-between">
      <button
        type="button"
        className={TOOL}
        disabled={isFirst}
        onClick={() => onMove(-1)}
        aria-label={words.earlier(title)}
      >
        <Icon name="back" />
      </button>
      <button type="button" className={TOOL} onClick={onRemove} aria-label={words.takeOut(title)}>
        <Icon name="close" />
      </button>
      <button
        type="button"
        className={TOOL}
        disabled={isLast}
        onClick={() => onMove(1)}
        aria-label={words.later(title)}
      >
        <Icon name="forward" />
      </button>
    </div>
  );
}
