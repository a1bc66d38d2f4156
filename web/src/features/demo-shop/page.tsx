/** The page that stands in for a shop's own: where "buy" leads in the demo. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { itemDetailsQuery } from "@/api/queries";
import type { Product } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ItemPhoto } from "@/shared/ui/item-photo";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";

const route = getRouteApi("/demo-shop/$itemId");

export function DemoShopPage() {
  const m = useMessages();
  const { itemId } = route.useParams();
  const { data: item, error, failureReason, isPending, refetch } = useQuery(itemDetailsQuery(itemId));
  return (
    <>
      <title>{`${m.demoShop.title} · ${m.common.brand}`}</title>
      <div className="mx-auto max-w-3xl">
        <h1 className="text-3xl">{m.demoShop.title}</h1>
        <p className="mt-3 max-w-prose text-pretty text-muted">{m.demoShop.text}</p>
        {isPending && <WaitingNotice failure={failureReason} />}
        {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
        {item && <Offer item={item} />}
        <Link to="/item/$itemId" params={{ itemId }} className={`mt-8 ${buttonClass()}`}>
          <Icon name="back" />
          {m.demoShop.back}
        </Link>
      </div>
    </>
  );
}

function Offer({ item }: { item: Product }) {
  const m = useMessages();
  const language = useLanguage();
  return (
    <article className="mt-8 grid gap-6 sm:grid-cols-[16rem_1fr] sm:items-center">
      <ItemPhoto product={item} eager className="max-w-64" />
      <div>
        <h2 className="text-2xl">{titleOf(item, m)}</h2>
        <p className="mt-2 text-muted">{item.brand}</p>
        <p className="mt-2 text-xl tabular-nums">{formatPrice(item.price, item.currency, language)}</p>
      </div>
    </article>
  );
}
