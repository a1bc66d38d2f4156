/** A shared look, from the item ids and the name of its link. */
import { Link } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { HalvesSkeleton } from "./halves";
import { Look } from "./look";
import { useItems } from "./use-items";
import { useLookParams } from "./use-params";
import { useWardrobe, WithWardrobe } from "./with-wardrobe";

export function LookPage() {
  const m = useMessages();
  const { item: asked = [], name } = useLookParams();
  if (asked.length === 0) return <NoLook title={m.studio.look.empty.title} text={m.studio.look.empty.text} />;
  return (
    <WithWardrobe title={name ?? m.studio.look.title} waiting={<HalvesSkeleton />}>
      <SharedLook address={asked} name={name} />
    </WithWardrobe>
  );
}

function SharedLook({ address, name }: { address: readonly string[]; name: string | undefined }) {
  const m = useMessages();
  const asked = address.slice(0, useWardrobe().maxPieces);
  const items = useItems(asked);
  const words = m.studio.look;
  if (items.soldOut.length === asked.length) return <NoLook title={words.gone.title} text={words.gone.text} />;
  return (
    <>
      <PageHeading title={name ?? words.title} />
      {!items.isSettled && <WaitingNotice failure={items.failureReason} />}
      {items.error ? (
        <ProblemNotice error={items.error} onRetry={() => items.refetch()} />
      ) : (
        <Look items={items} itemIds={asked.filter((itemId) => !items.soldOut.includes(itemId))} name={name ?? ""} />
      )}
    </>
  );
}

function NoLook({ title, text }: { title: string; text: string }) {
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
