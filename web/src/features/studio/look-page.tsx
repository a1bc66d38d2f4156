/** A shared outfit, from the item ids of its link: its pieces, its score, and the way into the studio. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { piecesOf } from "./pieces";
import { scoreQuery } from "./queries";
import { ScorePanel } from "./score-panel";
import { SoldOut } from "./sold-out";
import { useItems } from "./use-items";
import { useLookParams } from "./use-params";
import { useWardrobe, WithWardrobe } from "./with-wardrobe";

export function LookPage() {
  const m = useMessages();
  const { item: asked = [] } = useLookParams();
  if (asked.length === 0) return <NoLook title={m.studio.look.empty.title} text={m.studio.look.empty.text} />;
  return (
    <WithWardrobe title={m.studio.look.title}>
      <SharedLook address={asked} />
    </WithWardrobe>
  );
}

function SharedLook({ address }: { address: readonly string[] }) {
  const m = useMessages();
  const asked = address.slice(0, useWardrobe().maxPieces);
  const items = useItems(asked);
  const words = m.studio.look;
  if (items.soldOut.length === asked.length) return <NoLook title={words.gone.title} text={words.gone.text} />;
  return (
    <>
      <PageHeading title={words.title} intro={words.intro} />
      {!items.isSettled && <WaitingNotice failure={items.failureReason} />}
      {items.error ? (
        <ProblemNotice error={items.error} onRetry={() => items.refetch()} />
      ) : (
        <Look items={items} itemIds={asked.filter((itemId) => !items.soldOut.includes(itemId))} />
      )}
    </>
  );
}

function Look({ items, itemIds }: { items: ReturnType<typeof useItems>; itemIds: string[] }) {
  const m = useMessages();
  const canScore = itemIds.length >= 2;
  const score = useQuery({ ...scoreQuery({ itemIds, photo: undefined }), enabled: canScore && items.isSettled });
  const wardrobe = useWardrobe();
  const pieces = piecesOf({ itemIds, lockedIds: [], hasPhoto: false }, items.products, undefined, "", wardrobe);
  return (
    <div className="mt-8 grid items-start gap-8 lg:grid-cols-[20rem_1fr] lg:gap-12">
      <div className="lg:sticky lg:top-6">
        <ScorePanel score={score} isScored={canScore} photo={undefined}>
          <Link to="/studio" search={{ item: itemIds }} className={buttonClass({ variant: "accent" })}>
            <Icon name="hanger" />
            {m.studio.look.makeItYours}
          </Link>
        </ScorePanel>
      </div>
      <section aria-labelledby="pieces">
        <h2 id="pieces" className="mb-4 text-2xl sm:text-3xl">
          {m.studio.look.pieces}
        </h2>
        <SoldOut count={items.soldOut.length} />
        {items.isSettled ? (
          <ItemGrid label={m.studio.look.pieces}>
            {pieces.flatMap((piece) =>
              piece.kind === "item" ? [<ItemCard key={piece.itemId} product={piece.product} eager />] : [],
            )}
          </ItemGrid>
        ) : (
          <ItemGridSkeleton count={itemIds.length} />
        )}
      </section>
    </div>
  );
}

function NoLook({ title, text }: { title: string; text: string }): ReactNode {
  const m = useMessages();
  return (
    <>
      <title>{`${title} · ${m.common.brand}`}</title>
      <h1 className="sr-only">{title}</h1>
      <Notice icon="hanger" title={title} text={text}>
        <Link to="/studio" className={buttonClass()}>
          {m.studio.look.toStudio}
        </Link>
      </Notice>
    </>
  );
}
