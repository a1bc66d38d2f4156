/** The item that was chosen on the map, as a card that leads to its page in the shop. */
import { useQuery } from "@tanstack/react-query";
import { itemQuery } from "@/api/queries";
import { ROOT_PATH } from "@/api/root-path";
import type { Product } from "@/api/types";
import { departmentOf, titleOf } from "@/shared/format/product";
import { priceInWords } from "@/shared/format/variants";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { ItemPhoto } from "@/shared/ui/item-photo";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";

export function Chosen({ itemId }: { itemId: string | undefined }) {
  const m = useAdminMessages();
  return (
    <section aria-label={m.map.chosen} aria-live="polite" className="max-lg:max-w-56">
      {itemId === undefined ? <p className="text-pretty text-muted">{m.map.chooseOne}</p> : <Found itemId={itemId} />}
    </section>
  );
}

function Found({ itemId }: { itemId: string }) {
  const { data: item, error, refetch } = useQuery(itemQuery(itemId));
  if (error) return <ProblemNotice error={error} onRetry={() => refetch()} />;
  return item ? <Card product={item} /> : <Skeleton className="aspect-4/5 w-full rounded-lg" />;
}

/** Not the shop's card, whose links stay within the shop's pages. */
function Card({ product }: { product: Product }) {
  const m = useAdminMessages();
  const language = useLanguage();
  return (
    <article data-item-id={product.item_id} className="relative text-sm">
      <ItemPhoto product={product} eager />
      <h2 className="mt-3 font-medium font-sans text-sm leading-snug tracking-normal">
        <a
          href={`${ROOT_PATH}/item/${encodeURIComponent(product.item_id)}`}
          className="after:absolute after:inset-0 after:rounded-lg hover:underline"
        >
          {titleOf(product, m)}
        </a>
      </h2>
      <p className="text-muted">
        {[product.brand, product.category || departmentOf(product, m)].filter(Boolean).join(" · ")}
      </p>
      <p className="tabular-nums">{priceInWords(product, language)}</p>
    </article>
  );
}
