import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { itemQuery } from "@/api/queries";
import { titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { PageHeading } from "@/shared/ui/page-heading";

const route = getRouteApi("/item/$itemId");

export function ItemPage() {
  const m = useMessages();
  const { itemId } = route.useParams();
  const { data } = useSuspenseQuery(itemQuery(itemId));
  return <PageHeading title={titleOf(data, m)} />;
}
