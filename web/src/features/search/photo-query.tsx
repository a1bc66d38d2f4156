/** The photo of the query: its garments, crop, another photo, and an outfit around it. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { type Photo, usePhoto } from "@/shared/photo/photo";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { GarmentChips } from "./garment-chips";
import { PhotoPreview } from "./photo-preview";
import { garments } from "./queries";
import { BuildOutfit, QuerySection } from "./query-section";
import { useRemovePhoto } from "./use-remove-photo";
import { useShowPhoto } from "./use-show-photo";

const CropDialog = lazy(() => import("./crop-dialog"));

/** `isSearched` once the results of the photo are there. */
export function PhotoQuery({ photo, isSearched }: { photo: Photo; isSearched: boolean }) {
  const m = useMessages();
  const { cropPhoto } = usePhoto();
  const removePhoto = useRemovePhoto();
  const [isCropping, setCropping] = useState(false);
  const { data } = useQuery({ ...garments(photo), enabled: isSearched });
  const found = data?.garments ?? [];
  return (
    <>
      <QuerySection label={m.search.yourPhoto} subject={photo.key}>
        <div className="contents lg:flex lg:w-full lg:min-w-0 lg:flex-col lg:gap-4">
          <div className="relative flex overflow-hidden rounded-lg bg-frame lg:justify-center">
            <PhotoPreview
              key={photo.key}
              photo={photo}
              garments={found}
              onCrop={cropPhoto}
              onOpen={() => setCropping(true)}
            />
            <button
              type="button"
              aria-label={m.search.removePhoto}
              onClick={removePhoto}
              className="grid size-11 place-items-center bg-surface text-ink hover:bg-wash lg:absolute lg:top-1 lg:end-1 lg:rounded-full lg:shadow"
            >
              <Icon name="close" />
            </button>
          </div>
          <GarmentChips garments={found} crop={photo.crop} onCrop={cropPhoto} />
          <div className="contents lg:flex lg:flex-wrap lg:gap-2">
            <BuildOutfit search={{ photo: "1" }} />
            <Button variant="outline" size="sm" onClick={() => setCropping(true)}>
              <Icon name="crop" className="size-4.5" />
              {m.search.crop.open}
            </Button>
            <PhotoTarget look="bar" onChosen={useShowPhoto()} />
          </div>
        </div>
      </QuerySection>
      {isCropping && (
        <Suspense>
          <CropDialog photo={photo} onCrop={cropPhoto} onClose={() => setCropping(false)} />
        </Suspense>
      )}
    </>
  );
}
