/** The photo of the query: preview, crop, another photo, and an outfit around it. */
import { lazy, Suspense, useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { type Photo, usePhoto } from "@/shared/photo/photo";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { PhotoPreview } from "./photo-preview";
import { BuildOutfit, QuerySection } from "./query-section";

const CropDialog = lazy(() => import("./crop-dialog"));

export function PhotoQuery({ photo }: { photo: Photo }) {
  const m = useMessages();
  const { cropPhoto } = usePhoto();
  const [isCropping, setCropping] = useState(false);
  return (
    <QuerySection label={m.search.yourPhoto} subject={photo.key}>
      <div className="flex w-28 shrink-0 justify-center self-start overflow-hidden rounded-lg bg-frame lg:w-full">
        <PhotoPreview key={photo.key} photo={photo} />
      </div>
      <div className="flex min-w-0 flex-wrap content-start gap-2">
        <BuildOutfit search={{ photo: "1" }} />
        <Button variant="outline" size="sm" onClick={() => setCropping(true)}>
          <Icon name="crop" className="size-4.5" />
          {m.search.crop.open}
        </Button>
        <PhotoTarget look="bar" />
      </div>
      {isCropping && (
        <Suspense>
          <CropDialog photo={photo} onCrop={cropPhoto} onClose={() => setCropping(false)} />
        </Suspense>
      )}
    </QuerySection>
  );
}
