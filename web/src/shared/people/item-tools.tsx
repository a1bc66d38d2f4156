/** On the page of a product: to save it. The visit becomes part of the history. */
import { useEffect } from "react";
import { usePeopleMessages } from "@/shared/i18n/people";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { add } from "./lists";
import { useToggle } from "./use-toggle";

export default function ItemTools({ itemId }: { itemId: string }) {
  const m = usePeopleMessages();
  const { isOn, toggle } = useToggle(itemId);
  useEffect(() => {
    void add("history", itemId).catch(() => undefined); // the visit goes on without
  }, [itemId]);
  return (
    <Button variant="outline" aria-pressed={isOn} onClick={toggle}>
      <Icon name="heart" className={`size-5 ${isOn ? "fill-accent text-accent" : ""}`} />
      {isOn ? m.saved : m.save}
    </Button>
  );
}
