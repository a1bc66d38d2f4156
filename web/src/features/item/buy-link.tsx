import type { Product } from "@/api/types";
import { shopUrl } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";

/** The way to the shop; only where the catalogue tells a web address, as it could tell a script as well. */
export function BuyLink({ item }: { item: Product }) {
  const m = useMessages();
  const url = shopUrl(item);
  if (url === undefined) return null;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className={buttonClass()}>
      {m.item.buy}
      <Icon name="external" className="size-4.5" />
      <span className="sr-only">({m.item.buyNewTab})</span>
    </a>
  );
}
