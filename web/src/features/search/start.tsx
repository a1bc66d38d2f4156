/** The start of a search: the person's photo, or an example. */
import { Link } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { usePhoto } from "@/shared/photo/photo";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { Examples } from "./examples";
import { useShowPhoto } from "./use-show-photo";

/** `isPhotoLost` where the address is of a photo that the tab does not have any more. */
export function Start({ isPhotoLost }: { isPhotoLost: boolean }) {
  const m = useMessages();
  const { photo } = usePhoto();
  const showPhoto = useShowPhoto();
  return (
    <section className="mb-2 sm:-mt-5 lg:mb-5" aria-labelledby="start">
      <title>{`${m.search.pageTitle} · ${m.common.brand}`}</title>
      <h1 id="start" className="sr-only">
        {m.search.heading}
      </h1>
      {isPhotoLost && (
        <p role="status" className="mb-3 rounded-lg bg-blush px-4 py-3 text-accent">
          {m.search.photoLost}
        </p>
      )}
      <PhotoTarget look="row" onChosen={showPhoto}>
        {photo && (
          <Link to="/" search={{ photo: "1" }} className={buttonClass({ variant: "outline", size: "sm" })}>
            <Icon name="photo" className="size-4.5" />
            {m.search.results.backToPhoto}
          </Link>
        )}
        <Examples onChosen={showPhoto} />
      </PhotoTarget>
    </section>
  );
}
