/** The best partners of an item, one per category. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { compatibleQuery } from "@/api/queries";
import type { CompatibleItems, SuggestedItem } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { Compatibility, UncalibratedNote } from "@/shared/ui/compatibility";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { ProblemNotice } from "@/shared/ui/notice";
import { SECTION_LINK, Section } from "./section";

const EACH = 1;
const SHOWN = 6; // one row of a wide screen

export function GoesWith({ itemId }: { itemId: string }) {
  const m = useMessages();
  const { data, error, isPending, refetch } = useQuery(compatibleQuery(itemId, EACH));
  const partners = data && bestOf(data);
  const all = (
    <Link to="/" search={{ with: itemId }} className={SECTION_LINK}>
      {m.item.seeAllGoesWith}
    </Link>
  );
  return (
    <Section title={m.item.goesWith} link={partners?.length ? all : undefined}>
      {isPending && <ItemGridSkeleton count={SHOWN} lines={7} isRail />}
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {partners?.length === 0 && <p className="text-muted">{m.item.nothingGoes}</p>}
      {data && partners && partners.length > 0 && <UncalibratedNote basis={data} />}
      {data && partners && partners.length > 0 && (
        <ItemGrid label={m.item.goesWith} isRail>
          {partners.map((partner) => (
            <ItemCard
              key={partner.item.item_id}
              product={partner.item}
              note={<Compatibility suggested={partner} event={data.event} />}
            />
          ))}
        </ItemGrid>
      )}
    </Section>
  );
}

/** Both the categories and their items are sorted, best first. */
function bestOf(answer: CompatibleItems): SuggestedItem[] {
  return answer.categories.flatMap((category) => category.results).slice(0, SHOWN);
}
