/** Undo and redo along the browser's history, in which each change of the outfit is a step; also by Ctrl+Z. */
import { useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** How many changes of the outfit lie directly behind this entry. */
    step?: number;
  }
}

export type Undo = ReturnType<typeof useUndo>;

export function useUndo() {
  const { history } = useRouter();
  const { step = 0, __TSR_index: at } = useLocation({ select: ({ state }) => state });
  const [newest, setNewest] = useState(at);
  useEffect(
    () =>
      history.subscribe(({ location, action }) => {
        if (action.type === "PUSH") setNewest(location.state.__TSR_index); // the browser forgets what was undone
      }),
    [history],
  );
  const canUndo = step > 0;
  const canRedo = at < newest;
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const move = moveOf(event);
      if (move === undefined || isElsewhere(event.target)) return;
      event.preventDefault();
      if (move === "undo" && canUndo) history.back();
      if (move === "redo" && canRedo) history.forward();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [history, canUndo, canRedo]);
  return { canUndo, canRedo, undo: () => history.back(), redo: () => history.forward() };
}

/** Ctrl+Z or ⌘Z; Ctrl+Y, Ctrl+Shift+Z or ⇧⌘Z. */
function moveOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">) {
  if (event.altKey || !(event.ctrlKey || event.metaKey)) return undefined;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && event.ctrlKey ? "redo" : undefined;
}

/** Whether the keys belong to a field or a dialog, which has the focus. */
function isElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input:not([type=radio]), textarea, select, [role="dialog"]') !== null
  );
}
