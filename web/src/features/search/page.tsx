import { useMessages } from "@/shared/i18n/language";
import { PageHeading } from "@/shared/ui/page-heading";

export function SearchPage() {
  const m = useMessages();
  return <PageHeading title={m.search.heading} intro={m.search.intro} tab={m.search.pageTitle} />;
}
