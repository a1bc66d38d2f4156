/** The start of a search: the person's photo, or an example. */
import { Link } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { usePhoto } from "@/shared/photo/photo";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { PageHeading } from "@/shared/ui/page-heading";
import { Examples } from "./examples";
import { useShowPhoto } from "./use-show-photo";

/** `isPhotoLost` where the address is of a photo that the tab does not have any more. */
export function Start({ isPhotoLost }: { isPhotoLost: boolean }) {
  const m = useMessages();
  const { photo } = usePhoto();
  const showPhoto = useShowPhoto();
  return (
    <section className="mb-12 grid gap-8 md:grid-cols-2 md:items-center lg:mb-16 lg:gap-16">
      <div>
        <PageHeading title={m.search.heading} intro={m.search.intro} tab={m.search.pageTitle} />
        {photo && (
          <Link to="/" search={{ photo: "1" }} className={`mt-5 ${buttonClass({ variant: "outline" })}`}>
            <Icon name="photo" />
            {m.search.results.backToPhoto}
          </Link>
        )}
        {isPhotoLost && (
          <p role="status" className="mt-5 rounded-lg bg-blush px-4 py-3 text-accent">
            {m.search.photoLost}
          </p>
        )}
      </div>
      <PhotoTarget onChosen={showPhoto}>
        <Examples onChosen={showPhoto} />
      </PhotoTarget>
    </section>
  );
}
