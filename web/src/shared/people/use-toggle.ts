/** Whether a product is on the wishlist, and the way to put it there or take it off. */
import { usePeopleMessages } from "@/shared/i18n/people";
import { showToast } from "@/shared/ui/toasts";
import { add, remove, useIds } from "./lists";

export function useToggle(itemId: string) {
  const m = usePeopleMessages();
  const isOn = useIds("wishlist").includes(itemId);
  const onFailure = () => showToast(m.failed);
  const toggle = () => void (isOn ? remove : add)("wishlist", itemId).catch(onFailure);
  return { isOn, toggle, onFailure };
}
