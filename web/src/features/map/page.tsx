/** MAP'S OWN FILE: to be filled by the feature; the router loads `MapPage` from here. */
import { useMessages } from "@/shared/i18n/language";
import { PageHeading } from "@/shared/ui/page-heading";

export function MapPage() {
  const m = useMessages();
  return <PageHeading title={m.map.pageTitle} />;
}
