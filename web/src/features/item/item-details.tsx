/** The upper part of the page: photo, words, price, links. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import { infoQuery } from "@/api/queries";
import type { Product, ProductDetails } from "@/api/types";
import { formatList } from "@/shared/format/lists";
import { departmentOf, titleOf } from "@/shared/format/product";
import { useValueNames } from "@/shared/format/use-value-names";
import { nameOf } from "@/shared/format/values";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { HAS_ACCOUNTS } from "@/shared/people/has";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { optional } from "@/shared/ui/optional";
import { Price } from "@/shared/ui/price";
import { Skeleton } from "@/shared/ui/skeleton";
import { BuyLink } from "./buy-link";
import { Pictures } from "./pictures";
import { ShareButton } from "./share-button";
import { Stock } from "./stock";
import { VariantChoice } from "./variant-choice";

/** Loaded only where the server has accounts. */
const ItemTools = optional(() => import("@/shared/people/item-tools"));
const COLUMNS = "grid gap-8 md:grid-cols-2 lg:gap-16";
const ABOVE: readonly string[] = ["semantic_category", "brand", "price", "currency"]; // these stand beside the title

export function ItemDetails({ item }: { item: ProductDetails }) {
  const m = useMessages();
  const title = titleOf(item, m);
  return (
    <article className={COLUMNS}>
      <title>{`${title} · ${m.common.brand}`}</title>
      <Pictures key={item.item_id} item={item} />
      <div className="flex max-w-lg flex-col items-start md:pt-6">
        <p className="wrap-anywhere text-muted">{[item.brand, departmentOf(item, m)].filter(Boolean).join(" · ")}</p>
        <h1 className="mt-2 text-[clamp(1.75rem,4vw,2.75rem)]">{title}</h1>
        <Price product={{ ...item, variants: null }} className="mt-3 min-h-7 text-xl" />
        <Stock item={item} />
        <VariantChoice item={item} />
        <div className="mt-6 flex flex-wrap gap-3">
          <BuyLink item={item} />
          <Link to="/studio" search={{ item: [item.item_id] }} className={buttonClass({ variant: "accent" })}>
            <Icon name="hanger" />
            {m.item.buildOutfit}
          </Link>
          <ShareButton item={item} />
          {HAS_ACCOUNTS && (
            <Suspense>
              <ItemTools itemId={item.item_id} />
            </Suspense>
          )}
        </div>
        {item.description && (
          <section className="mt-8">
            <h2 className="text-2xl">{m.item.description}</h2>
            <p className="mt-2 text-pretty wrap-anywhere whitespace-pre-line">{item.description}</p>
          </section>
        )}
        <Facts item={item} />
      </div>
    </article>
  );
}

/** The other fields of the item; empty ones are omitted. */
function Facts({ item }: { item: Product }) {
  const m = useMessages();
  const language = useLanguage();
  const { data } = useQuery(infoQuery);
  const names = useValueNames();
  const declared = data?.filters.filter(({ name }) => !ABOVE.includes(name)) ?? [];
  const known = [
    ...declared.map(({ name, labels }) => [
      labels[language],
      name === "dominant_colour"
        ? formatList(
            item.dominant_colours.map(({ code }) => nameOf(code, names)),
            language,
          )
        : nameOf(String(item[name] ?? ""), names),
    ]),
    ...Object.entries(item.attributes).map(([name, value]) => [nameOf(name, names), nameOf(value, names)]),
    [m.item.itemNumber, item.item_id],
  ].filter((fact): fact is [string, string] => Boolean(fact[1]));
  return (
    <dl className="mt-8 grid w-full grid-cols-[auto_1fr] gap-x-8 gap-y-1.5 border-t border-line pt-5 text-[0.9375rem]">
      {known.map(([name, value]) => (
        <div key={name} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-muted first-letter:uppercase">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function ItemDetailsSkeleton() {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className={COLUMNS}>
      <Skeleton className="mx-auto aspect-4/5 w-full max-w-lg rounded-lg md:mx-0" />
      <div className="max-w-lg md:pt-6">
        <Skeleton className="h-6 w-40" />
        <Skeleton className="mt-2 h-14 w-full" />
        <Skeleton className="mt-3 h-7 w-24" />
        <Skeleton className="mt-6 h-11 w-64 rounded-full" />
        <Skeleton className="mt-8 h-8 w-36" />
        <Skeleton className="mt-2 h-12 w-full" />
        <Skeleton className="mt-8 h-40 w-full" />
      </div>
    </div>
  );
}
