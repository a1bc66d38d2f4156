/** Saves a look in this browser, and says whether that worked. */
import { useMessages } from "@/shared/i18n/language";
import { showToast } from "@/shared/ui/toasts";
import { cleanName } from "./name";
import { withLook } from "./saved-looks";
import { savedLooks, storeLooks } from "./use-saved-looks";

/** `first` names a look without a name: the title of one of its pieces. */
export function useSave(itemIds: readonly string[], name: string, first: string): () => void {
  const m = useMessages();
  return () => {
    const looks = withLook(savedLooks(), { name: name || cleanName(m.studio.saved.lookWith(first)), itemIds });
    if (looks === undefined) showToast(m.studio.saved.full);
    else showToast(storeLooks(looks) ? m.studio.saved.done : m.studio.saved.failed);
  };
}
