/** Saves a look in this browser, and says whether that worked, and what became of its photo. */
import { useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { showToast } from "@/shared/ui/toasts";
import { cleanName } from "./name";
import { type SavedLook, withLook } from "./saved-looks";
import { textOfPhoto } from "./saved-photo";
import { savedLooks, storeLooks } from "./use-saved-looks";

/** `first` names a look without a name: the title of one of its pieces. */
export function useSave(itemIds: readonly string[], name: string, first: string, photo?: Photo) {
  const m = useMessages();
  const t = m.studio.saved;
  return async (): Promise<void> => {
    const look: SavedLook = { name: name || cleanName(t.lookWith(first)), itemIds };
    const text = photo && (await textOfPhoto(photo));
    if (withLook(savedLooks(), look) === undefined) return showToast(t.full);
    if (text !== undefined && stored({ ...look, photo: text })) return showToast(t.doneWithPhoto);
    if (!stored(look)) return showToast(t.failed);
    showToast(photo === undefined ? t.done : t.doneWithoutPhoto);
  };
}

function stored(look: SavedLook): boolean {
  const looks = withLook(savedLooks(), look);
  return looks !== undefined && storeLooks(looks);
}
