/** STUDIO'S OWN FILE: to be filled by the feature; the router loads `StudioPage` from here. */
import { useMessages } from "@/shared/i18n/language";
import { PageHeading } from "@/shared/ui/page-heading";

export function StudioPage() {
  const m = useMessages();
  return <PageHeading title={m.studio.pageTitle} />;
}
