/** The product for one garment, or why there is none. */
import { Link } from "@tanstack/react-router";
import type { Garment, Product } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { categoryName, shopUrl, titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { photoUrl } from "@/shared/ui/item-photo";
import type { CartPiece } from "./lines";

export function CartLine({ piece, garment }: { piece: CartPiece | undefined; garment: Garment }) {
  const m = useMessages();
  if (piece?.item) return <Chosen item={piece.item} />;
  return (
    <p>
      <span className="font-medium">{categoryName(garment.semantic_category, m)}</span>
      <span className="block text-muted">
        {piece?.missing === "over_budget" ? m.worn.overBudget : m.worn.noneInStock}
      </span>
    </p>
  );
}

function Chosen({ item }: { item: Product }) {
  const m = useMessages();
  const language = useLanguage();
  const url = shopUrl(item);
  return (
    <>
      <img src={photoUrl(item, 0, 160)} alt="" width={48} height={60} className="rounded-md bg-frame object-contain" />
      <div className="min-w-0 grow">
        <Link
          to="/item/$itemId"
          params={{ itemId: item.item_id }}
          className="flex min-h-11 items-center font-medium hover:underline"
        >
          <span className="line-clamp-2 leading-snug">{titleOf(item, m)}</span>
        </Link>
        <span className="block text-muted tabular-nums">{formatPrice(item.price, item.currency, language)}</span>
      </div>
      {url && (
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          className="grid size-11 shrink-0 place-items-center rounded-full hover:bg-wash"
        >
          <Icon name="external" className="size-4.5" />
          <span className="sr-only">
            {m.item.buy}: {titleOf(item, m)} ({m.item.buyNewTab})
          </span>
        </a>
      )}
    </>
  );
}
