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
import { NOTHING_YET } from "./lines";
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
  const { garments, rows, cart } = query.data ?? NOTHING_YET;
  const hasNone = query.isSuccess && !query.isFetching && garments.length === 0;
  return (
    <div className="lg:grid lg:grid-cols-[18rem_minmax(0,1fr)] lg:grid-rows-[auto_1fr] lg:gap-x-12">
      <div className="mb-8">
        <Worn photo={photo} garments={garments} />
        <Budget key={budget} budget={budget} currency={cart?.currency} />
      </div>
      <div aria-busy={query.isFetching || undefined} className="lg:col-start-2 lg:row-span-2 lg:row-start-1">
        {query.isPending && <WaitingNotice failure={query.failureReason} />}
        {query.isPending && <ItemGridSkeleton isRail count={5} />}
        {garments.map((garment, at) => (
          <GarmentRow
            key={garment.box.join()}
            garment={garment}
            row={rows.find((row) => row.garment === at)}
            isComing={query.isFetching}
          />
        ))}
        {query.isError && <ProblemNotice error={query.error} onRetry={() => query.refetch()} />}
        {hasNone && <Notice icon="search" title={m.worn.none.title} text={m.worn.none.text} />}
      </div>
      {garments.length > 0 && !query.isError && <CartSection cart={cart} garments={garments} />}
    </div>
  );
}
