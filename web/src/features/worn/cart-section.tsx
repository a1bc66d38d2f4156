/** One product for each garment, and what they cost together; a line for each is there before the cart has come. */
import type { Garment } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Skeleton } from "@/shared/ui/skeleton";
import { CartLine } from "./cart-line";
import type { Cart } from "./lines";

export function CartSection({ cart, garments }: { cart: Cart | undefined; garments: readonly Garment[] }) {
  const m = useMessages();
  const language = useLanguage();
  return (
    <section aria-labelledby="cart" className="mb-16 self-start rounded-2xl border border-line bg-surface p-4">
      <h2 id="cart" className="scroll-mt-4 text-2xl">
        {m.worn.cart}
      </h2>
      <ul className="mt-2 divide-y divide-line" data-cart={cart && "full"}>
        {garments.map((garment, at) => (
          <li key={garment.box.join()} className="flex h-20 items-center gap-3 text-sm">
            {cart ? (
              <CartLine piece={cart.pieces.find((piece) => piece.garment === at)} garment={garment} />
            ) : (
              <Skeleton className="h-15 w-full" />
            )}
          </li>
        ))}
      </ul>
      <p role="status" className="mt-2 flex min-h-9 justify-between border-t border-edge pt-3 font-medium">
        {cart && <span>{m.worn.total}</span>}{" "}
        {cart && <span className="tabular-nums">{formatPrice(cart.total, cart.currency, language)}</span>}
      </p>
      {cart && (
        <a
          href="#cart"
          className="fixed inset-x-4 bottom-3 z-20 flex min-h-12 items-center justify-between rounded-full bg-ink px-5 font-medium text-paper shadow-lg lg:hidden"
        >
          <span>{m.worn.cart}</span>{" "}
          <span className="tabular-nums">{formatPrice(cart.total, cart.currency, language)}</span>
        </a>
      )}
    </section>
  );
}
