import type { Product } from "@/api/types";
import { shopUrl } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";

/** The link to the shop; only for a web address, because a catalogue could also contain a script. */
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
