/** The item that was chosen on the map, as a card that leads to its page. */
import { useQuery } from "@tanstack/react-query";
import { itemQuery } from "@/api/queries";
import { useMessages } from "@/shared/i18n/language";
import { ItemCard, ItemCardSkeleton } from "@/shared/ui/item-card";
import { ProblemNotice } from "@/shared/ui/notice";

export function Chosen({ itemId }: { itemId: string | undefined }) {
  const m = useMessages();
  return (
    <section aria-label={m.map.chosen} aria-live="polite" className="max-lg:max-w-56">
      {itemId === undefined ? <p className="text-pretty text-muted">{m.map.chooseOne}</p> : <Card itemId={itemId} />}
    </section>
  );
}

function Card({ itemId }: { itemId: string }) {
  const { data: item, error, refetch } = useQuery(itemQuery(itemId));
  if (error) return <ProblemNotice error={error} onRetry={() => refetch()} />;
  return item ? <ItemCard product={item} eager /> : <ItemCardSkeleton />;
}
