/** Sharing by a link of item ids and a name; a photo is never part of it. */
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { shareLink } from "@/shared/share/share-link";
import { showToast } from "@/shared/ui/toasts";

export type Share = ReturnType<typeof useShare>;

export function useShare(itemIds: readonly string[], name: string) {
  const m = useMessages();
  const router = useRouter();
  const [shared, setShared] = useState("");
  const search = { item: [...itemIds], ...(name && { name }) };
  const link = new URL(router.buildLocation({ to: "/look", search }).href, globalThis.location.origin).href;

  async function share(): Promise<void> {
    const how = await shareLink(link, name || m.studio.look.title);
    if (how !== "cancelled") setShared(link);
    if (how === "copied") showToast(m.studio.share.copied);
    if (how === "failed") showToast(m.studio.share.notCopied);
  }

  /** `isShown` is whether this very link was shared already. */
  return { link, isShown: shared === link, share };
}
