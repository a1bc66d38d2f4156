/** A product in a grid: photo, title, brand, category, price, variants, why it is here, and where to go from it. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Product } from "@/api/types";
import { departmentOf, titleOf } from "@/shared/format/product";
import { priceInWords, severalVariants } from "@/shared/format/variants";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { ItemPhoto } from "./item-photo";
import { Skeleton } from "./skeleton";
import { VariantChips } from "./variant-chips";

type ItemCardProps = {
  product: Product;
  /** Which of its pictures is shown. */
  picture?: number;
  /** Why it is shown: a `<Similarity>`, or other content of the feature. */
  note?: ReactNode;
  /** Replaces the two links below the card; `null` for none. */
  actions?: ReactNode;
  eager?: boolean;
  /** Heading level: 2 directly below the page's heading. */
  level?: 2 | 3;
};

export function ItemCard({ product, picture = 0, note, actions, eager = false, level = 3 }: ItemCardProps) {
  const Title = level === 2 ? "h2" : "h3";
  const m = useMessages();
  const language = useLanguage();
  const variants = severalVariants(product);
  return (
    <article className="group relative flex h-full flex-col" data-item-id={product.item_id}>
      <ItemPhoto
        product={product}
        picture={picture}
        eager={eager}
        className="transition-opacity group-hover:opacity-90"
      />
      <div className="mt-3 flex grow flex-col text-sm">
        {note}
        <Title className="line-clamp-2 font-medium font-sans leading-snug tracking-normal text-pretty">
          <Link
            to="/item/$itemId"
            params={{ itemId: product.item_id }}
            className="after:absolute after:inset-0 after:rounded-lg hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-accent"
          >
            {titleOf(product, m)}
          </Link>
        </Title>
        <p className="truncate text-muted">
          {[product.brand, product.category || departmentOf(product, m)].filter(Boolean).join(" · ")}
        </p>
        <p className="min-h-5 tabular-nums">{priceInWords(product, language)}</p>
        {variants && <VariantChips variants={variants} />}
        {actions === undefined ? <CardLinks product={product} /> : actions}
      </div>
    </article>
  );
}

const CARD_LINK =
  "relative z-10 -mx-1 inline-flex min-h-7 items-center rounded px-1 pointer-coarse:min-h-11 text-accent hover:underline";

function CardLinks({ product }: { product: Product }) {
  const m = useMessages();
  const title = titleOf(product, m);
  return (
    <div className="mt-auto flex flex-wrap gap-x-4 pt-1.5 text-[0.8125rem]">
      <Link to="/" search={{ like: product.item_id }} className={CARD_LINK}>
        {m.common.card.moreLike}
        <span className="sr-only">: {title}</span>
      </Link>
      <Link to="/" search={{ with: product.item_id }} className={CARD_LINK}>
        {m.common.card.goesWith}
        <span className="sr-only">: {title}</span>
      </Link>
    </div>
  );
}

export function ItemCardSkeleton() {
  return (
    <div className="flex h-full flex-col">
      <Skeleton className="aspect-4/5 w-full rounded-lg" />
      <div className="mt-3 flex flex-col text-sm">
        <Skeleton className="h-5 w-2/3" />
        <Skeleton className="mt-1 h-4 w-11/12" />
        <Skeleton className="mt-1.5 h-4 w-1/2" />
        <Skeleton className="mt-1 h-4 w-1/4" />
        <Skeleton className="mt-3 h-4 w-4/5" />
      </div>
    </div>
  );
}
