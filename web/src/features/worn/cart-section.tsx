/** One product for each garment, and what they cost together. */
import { Link } from "@tanstack/react-router";
import type { Garment } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { categoryName, shopUrl, titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { photoUrl } from "@/shared/ui/item-photo";
import type { Cart, CartPiece } from "./lines";

export function CartSection({ cart, garments }: { cart: Cart; garments: readonly Garment[] }) {
  const m = useMessages();
  const language = useLanguage();
  return (
    <section aria-labelledby="cart" className="mt-8 rounded-2xl border border-line bg-surface p-4" data-cart>
      <h2 id="cart" className="text-2xl">
        {m.worn.cart}
      </h2>
      <ul className="mt-2 divide-y divide-line">
        {cart.pieces.map((piece) => (
          <Piece key={piece.garment} piece={piece} garment={garments[piece.garment]} />
        ))}
      </ul>
      <p role="status" className="mt-2 flex justify-between border-t border-edge pt-3 font-medium">
        <span>{m.worn.total}</span>{" "}
        <span className="tabular-nums">{formatPrice(cart.total, cart.currency, language)}</span>
      </p>
    </section>
  );
}

function Piece({ piece: { item, missing }, garment }: { piece: CartPiece; garment: Garment | undefined }) {
  const m = useMessages();
  const language = useLanguage();
  const category = categoryName(garment?.semantic_category ?? "", m);
  if (item === null) {
    const why = missing === "over_budget" ? m.worn.overBudget : m.worn.noneInStock;
    return (
      <li className="py-3 text-sm">
        <span className="font-medium">{category}</span>
        <span className="block text-muted">{why}</span>
      </li>
    );
  }
  const url = shopUrl(item);
  return (
    <li className="flex items-center gap-3 py-2 text-sm">
      <img src={photoUrl(item, 0, 160)} alt="" width={48} height={60} className="rounded-md bg-frame object-contain" />
      <div className="min-w-0 grow">
        <Link
          to="/item/$itemId"
          params={{ itemId: item.item_id }}
          className="inline-flex min-h-11 items-center leading-snug font-medium hover:underline"
        >
          {titleOf(item, m)}
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
    </li>
  );
}
