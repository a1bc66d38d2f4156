/** The item that results are compared with, and the button that ends the comparison. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { itemQuery } from "@/api/queries";
import { formatPrice } from "@/shared/format/numbers";
import { titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { usePhoto } from "@/shared/photo/photo";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ItemPhoto } from "@/shared/ui/item-photo";
import { Skeleton } from "@/shared/ui/skeleton";
import { filterOf } from "./fields";
import { BuildOutfit, QuerySection } from "./query-section";
import { useChangeParams } from "./use-params";

// A title and the price, so that the rest does not move.
const WORDS = "min-h-11 w-44 text-sm leading-snug lg:w-full lg:text-base";

export function ItemQuery({ itemId }: { itemId: string }) {
  const m = useMessages();
  const language = useLanguage();
  const change = useChangeParams();
  const { photo } = usePhoto();
  const { data: item, isPending } = useQuery(itemQuery(itemId));
  const stop = () => change((old) => ({ ...filterOf(old), ...(photo && { photo: "1" }) }));
  return (
    <QuerySection label={m.search.comparedWith} subject={itemId}>
      <div className="w-9 lg:w-full">
        {isPending && <Skeleton className="aspect-4/5 w-full rounded-lg" />}
        {item && <ItemPhoto product={item} sizes="(width >= 64rem) 16rem, 2.25rem" eager />}
      </div>
      <div className="contents lg:flex lg:min-w-0 lg:flex-col lg:items-start lg:gap-3">
        {isPending && (
          <div className={WORDS}>
            <Skeleton className="h-5 w-40 max-w-full" />
            <Skeleton className="mt-1 h-4 w-16" />
          </div>
        )}
        {item && (
          <p className={WORDS}>
            <span className="block truncate lg:whitespace-normal">
              <Link to="/item/$itemId" params={{ itemId }} className="font-medium hover:underline">
                {titleOf(item, m)}
              </Link>
            </span>
            <span className="block text-sm text-muted">{formatPrice(item.price, item.currency, language)}</span>
          </p>
        )}
        <BuildOutfit search={{ item: [itemId] }} />
        <Button variant="outline" size="sm" onClick={stop}>
          <Icon name="back" className="size-4.5" />
          {photo ? m.search.results.backToPhoto : m.search.results.stop}
        </Button>
      </div>
    </QuerySection>
  );
}
