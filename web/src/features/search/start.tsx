/** The start of a search: the person's photo, or an example. */
import { useMessages } from "@/shared/i18n/language";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { PageHeading } from "@/shared/ui/page-heading";
import { Examples } from "./examples";

export function Start() {
  const m = useMessages();
  return (
    <section className="mb-12 grid gap-8 md:grid-cols-2 md:items-center lg:mb-16 lg:gap-16">
      <PageHeading title={m.search.heading} intro={m.search.intro} tab={m.search.pageTitle} />
      <PhotoTarget>
        <Examples />
      </PhotoTarget>
    </section>
  );
}
