/** Sharing by a link that holds item ids; the photo is never part of it. */
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { showToast } from "@/shared/ui/toasts";

export function Share({ itemIds, hasPhoto }: { itemIds: readonly string[]; hasPhoto: boolean }) {
  const m = useMessages();
  const router = useRouter();
  const [shared, setShared] = useState("");
  const path = router.buildLocation({ to: "/look", search: { item: [...itemIds] } }).href;
  const link = new URL(path, globalThis.location.origin).href;

  async function share(): Promise<void> {
    setShared(link);
    try {
      await navigator.clipboard.writeText(link);
      showToast(m.studio.share.copied);
    } catch {
      showToast(m.studio.share.notCopied); // without https or permission there is no clipboard, but the field
    }
  }

  if (itemIds.length === 0) return <p className="text-sm text-muted">{m.studio.share.nothing}</p>;
  return (
    <>
      <Button variant="accent" onClick={share}>
        <Icon name="share" />
        {m.studio.share.share}
      </Button>
      {shared === link && <SharedLink link={link} hasPhoto={hasPhoto} />}
    </>
  );
}

function SharedLink({ link, hasPhoto }: { link: string; hasPhoto: boolean }) {
  const m = useMessages();
  return (
    <div className="flex flex-col gap-2">
      <label className="flex flex-col gap-1 text-sm">
        <span className="font-medium">{m.studio.share.link}</span>
        <input
          readOnly
          value={link}
          onFocus={(event) => event.target.select()}
          className="min-h-11 w-full rounded-lg border border-edge bg-paper px-3 font-mono text-xs"
        />
      </label>
      <p className="text-sm text-pretty text-muted">
        {hasPhoto ? m.studio.share.withoutPhoto : m.studio.share.onlyItems}
      </p>
    </div>
  );
}
