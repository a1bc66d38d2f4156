/** A single Tab stop for a grid of buttons; the arrow keys, Home and End move between them. */
import { type KeyboardEvent, useState } from "react";

export function useRoving(count: number) {
  const [chosen, setChosen] = useState(0);
  const active = Math.min(chosen, count - 1);

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-rove]")];
    const top = buttons[0]?.offsetTop;
    const columns = Math.max(1, buttons.filter((button) => button.offsetTop === top).length);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: active + 1,
      ArrowLeft: active - 1,
      ArrowDown: active + columns,
      ArrowUp: active - columns,
      Home: 0,
      End: count - 1,
    };
    const next = steps[event.key];
    if (next === undefined || next < 0 || next >= count) return;
    event.preventDefault();
    setChosen(next);
    buttons[next]?.focus();
  }

  const propsOf = (at: number) => ({
    "data-rove": "",
    tabIndex: at === active ? 0 : -1,
    onFocus: () => setChosen(at),
  });
  return { onKeyDown, propsOf };
}
