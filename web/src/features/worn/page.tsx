/** Shop the look: every garment that the photo shows with products for it, and a cart for all of them. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { type Photo, usePhoto } from "@/shared/photo/photo";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { ItemGridSkeleton } from "@/shared/ui/item-grid";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Budget } from "./budget";
import { CartSection } from "./cart-section";
import { GarmentRow } from "./garment-row";
import { wornLook } from "./queries";
import { Worn } from "./worn";

const route = getRouteApi("/shop-the-look");

export function WornPage() {
  const m = useMessages();
  const { photo } = usePhoto();
  return (
    <>
      <PageHeading title={m.worn.pageTitle} intro={m.worn.intro} />
      <div className="mt-6">{photo ? <WornLook photo={photo} /> : <PhotoTarget />}</div>
    </>
  );
}

function WornLook({ photo }: { photo: Photo }) {
  const m = useMessages();
  const { budget } = route.useSearch();
  const query = useQuery(wornLook(photo, budget));
  const look = query.data;
  const isGoing = query.isFetching;
  const waiting = (look?.garments.length ?? 1) - (look?.rows.length ?? 0);
  return (
    <div className="lg:grid lg:grid-cols-[18rem_minmax(0,1fr)] lg:gap-12">
      <div className="mb-8 lg:mb-0">
        <Worn photo={photo} garments={look?.garments ?? []} />
        <Budget key={budget} budget={budget} currency={look?.cart?.currency} />
        {look?.cart && <CartSection cart={look.cart} garments={look.garments} />}
      </div>
      <div aria-busy={isGoing || undefined}>
        {query.isPending && <WaitingNotice failure={query.failureReason} />}
        {look?.rows.map((row) => (
          <GarmentRow key={row.garment} row={row} garment={look.garments[row.garment]} />
        ))}
        {isGoing && waiting > 0 && <ItemGridSkeleton isRail count={5} />}
        {query.isError && <ProblemNotice error={query.error} onRetry={() => query.refetch()} />}
        {look && !isGoing && look.garments.length === 0 && (
          <Notice icon="search" title={m.worn.none.title} text={m.worn.none.text} />
        )}
      </div>
    </div>
  );
}
