import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { similarQuery } from "@/api/queries";
import { useMessages } from "@/shared/i18n/language";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { NothingVerySimilar } from "@/shared/ui/nothing-very-similar";
import { ProblemNotice } from "@/shared/ui/notice";
import { Similarity } from "@/shared/ui/similarity";
import { SECTION_LINK, Section } from "./section";

const SHOWN = 12; // two rows of a wide screen

export function Similar({ itemId }: { itemId: string }) {
  const m = useMessages();
  const { data, error, isPending, refetch } = useQuery(similarQuery(itemId, SHOWN));
  const all = (
    <Link to="/" search={{ like: itemId }} className={SECTION_LINK}>
      {m.item.seeAllSimilar}
    </Link>
  );
  return (
    <Section title={m.item.similar} link={data?.results.length ? all : undefined}>
      {isPending && <ItemGridSkeleton count={SHOWN} lines={6} />}
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {data?.results.length === 0 && <p className="text-muted">{m.item.nothingSimilar}</p>}
      {data && data.results.length > 0 && data.is_good_match === false && <NothingVerySimilar />}
      {data && data.results.length > 0 && (
        <ItemGrid label={m.item.similar}>
          {data.results.map((result) => (
            <ItemCard
              key={result.item.item_id}
              product={result.item}
              picture={result.picture}
              why={result.why}
              note={<Similarity result={result} />}
            />
          ))}
        </ItemGrid>
      )}
    </Section>
  );
}
