import type { Product } from "@/api/types";
import { titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { shareLink } from "@/shared/share/share-link";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { showToast } from "@/shared/ui/toasts";

/** Gives the page's address away. */
export function ShareButton({ item }: { item: Product }) {
  const m = useMessages();

  async function share(): Promise<void> {
    const { origin, pathname } = globalThis.location;
    const how = await shareLink(origin + pathname, titleOf(item, m));
    if (how === "copied") showToast(m.item.share.copied);
    if (how === "failed") showToast(m.item.share.failed);
  }

  return (
    <Button variant="outline" onClick={share}>
      <Icon name="share" className="size-4.5" />
      {m.item.share.label}
    </Button>
  );
}
