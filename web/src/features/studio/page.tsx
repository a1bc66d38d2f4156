/** The outfit studio: a start page, then the workshop. */
import { Link } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { buttonClass } from "@/shared/ui/button";
import { ItemGridSkeleton } from "@/shared/ui/item-grid";
import { ProblemNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { HalvesSkeleton } from "./halves";
import { Start } from "./start";
import { isUnfillable } from "./unfillable";
import { useStudioParams } from "./use-params";
import { type Studio, useStudio } from "./use-studio";
import { WithWardrobe } from "./with-wardrobe";
import { Workshop } from "./workshop";

export function StudioPage() {
  const m = useMessages();
  const { item, photo } = useStudioParams();
  return (
    <WithWardrobe title={m.studio.pageTitle} waiting={item || photo ? <HalvesSkeleton /> : <ItemGridSkeleton />}>
      <LoadedStudio />
    </WithWardrobe>
  );
}

function LoadedStudio() {
  const studio = useStudio();
  const { outfit, photo, isPhotoLost, items, start } = studio;
  if (outfit.itemIds.length === 0 && items.soldOut.length === 0 && !photo) return <Start isPhotoLost={isPhotoLost} />;
  if (start.error && !isUnfillable(start.error)) return <CannotStart studio={studio} error={start.error} />;
  return <Workshop studio={studio} />;
}

/** Why nothing could be built around the piece, and another way to start. */
function CannotStart({ studio, error }: { studio: Studio; error: Error }) {
  const m = useMessages();
  return (
    <>
      <PageHeading title={m.studio.pageTitle} />
      <ProblemNotice error={error} onRetry={() => studio.start.query.refetch()}>
        {studio.photo ? (
          <PhotoTarget look="bar" />
        ) : (
          <Link to="/studio" className={buttonClass()}>
            {m.studio.start.again}
          </Link>
        )}
      </ProblemNotice>
    </>
  );
}
