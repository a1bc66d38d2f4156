/** One item: its photo and description, what looks like it, what goes with it, and where to buy it. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { infoQuery, itemDetailsQuery } from "@/api/queries";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { GoesWith } from "./goes-with";
import { ItemDetails, ItemDetailsSkeleton } from "./item-details";
import { Similar } from "./similar";
import { WornIn } from "./worn-in";

const route = getRouteApi("/item/$itemId");

export function ItemPage() {
  const m = useMessages();
  const { itemId } = route.useParams();
  const { data: item, error, failureReason, isPending, refetch } = useQuery(itemDetailsQuery(itemId));
  const { isPending: isDescribing } = useQuery(infoQuery); // the names of the facts: what comes later would move the page
  if (error) {
    return (
      <>
        <title>{`${m.common.problems["unknown-item"].title} · ${m.common.brand}`}</title>
        <h1 className="sr-only">{m.item.notShown}</h1>
        <ProblemNotice error={error} onRetry={() => refetch()}>
          <Link to="/" className={buttonClass()}>
            {m.common.notFound.home}
          </Link>
        </ProblemNotice>
      </>
    );
  }
  return (
    <>
      {isPending && <WaitingNotice failure={failureReason} />}
      {item && !isDescribing ? <ItemDetails item={item} /> : <ItemDetailsSkeleton />}
      {/* The key lets each item's lists start anew when one item leads to another. */}
      <GoesWith key={`with ${itemId}`} itemId={itemId} />
      <Similar key={`like ${itemId}`} itemId={itemId} />
      <WornIn key={`worn ${itemId}`} itemId={itemId} />
    </>
  );
}
