/** The best partners of an item, one per category. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { compatibleQuery } from "@/api/queries";
import type { CompatibleItems, SuggestedItem } from "@/api/types";
import { useColourNames } from "@/shared/format/colours";
import { inWords } from "@/shared/format/reasons";
import { useMessages } from "@/shared/i18n/language";
import { Compatibility, UncalibratedNote } from "@/shared/ui/compatibility";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { ProblemNotice } from "@/shared/ui/notice";
import { SECTION_LINK, Section } from "./section";

const EACH = 1;
const SHOWN = 5;

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
      {isPending && <ItemGridSkeleton count={SHOWN} isRail />}
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {partners?.length === 0 && <p className="text-muted">{m.item.nothingGoes}</p>}
      {data && partners && partners.length > 0 && <UncalibratedNote basis={data} />}
      {partners && partners.length > 0 && (
        <ItemGrid label={m.item.goesWith} isRail>
          {partners.map((partner) => (
            <ItemCard key={partner.item.item_id} product={partner.item} note={<Partner partner={partner} />} />
          ))}
        </ItemGrid>
      )}
    </Section>
  );
}

function Partner({ partner }: { partner: SuggestedItem }) {
  const m = useMessages();
  const [reason] = inWords(partner.reasons, m, useColourNames());
  return (
    <>
      <Compatibility value={partner.compatibility} />
      {reason && <p className="line-clamp-2 text-[0.8125rem] text-muted">{reason}</p>}
    </>
  );
}

/** Both the categories and their items are sorted, best first. */
function bestOf(answer: CompatibleItems): SuggestedItem[] {
  return answer.categories.flatMap((category) => category.results).slice(0, SHOWN);
}
