/** An input with a list of suggestions, by WAI-ARIA's pattern: the focus stays in the input, arrows move in the list. */
import { type ChangeEvent, type FocusEvent, type KeyboardEvent, useId, useState } from "react";

type Combobox = {
  typed: string;
  setTyped: (text: string) => void;
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
  options: readonly string[];
  onChoose: (text: string) => void;
};

export function useCombobox({ typed, setTyped, isOpen, setOpen, options, onChoose }: Combobox) {
  const listId = useId();
  const [at, setAt] = useState(-1); // -1 is the input itself
  const active = at < options.length ? at : -1;
  const isShown = isOpen && options.length > 0;
  const optionId = (index: number) => `${listId}-${index}`;

  function show(shown: boolean): void {
    setOpen(shown);
    setAt(-1);
  }

  function move(step: 1 | -1): void {
    const places = options.length + 1;
    setOpen(true);
    setAt(((active + 1 + step + places) % places) - 1);
  }

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing) return; // the keys belong to the input method
    const chosen = options[active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape" && isShown) show(false);
    else if (event.key === "Escape") setTyped("");
    else if (event.key === "Enter" && isShown && chosen !== undefined) onChoose(chosen);
    else return;
    event.preventDefault();
  }

  return {
    isShown,
    inputProps: {
      role: "combobox",
      value: typed,
      autoComplete: "off",
      "aria-autocomplete": "list" as const,
      "aria-expanded": isShown,
      "aria-controls": isShown ? listId : undefined,
      "aria-activedescendant": isShown && active >= 0 ? optionId(active) : undefined,
      onChange: (event: ChangeEvent<HTMLInputElement>) => {
        setTyped(event.target.value);
        show(true);
      },
      onFocus: () => setOpen(true),
      onClick: () => setOpen(true),
      onKeyDown: press,
      onBlur: (_: FocusEvent) => show(false),
    },
    listProps: { role: "listbox", id: listId },
    optionProps: (index: number) => ({
      role: "option",
      id: optionId(index),
      "aria-selected": index === active,
      onPointerDown: (event: { preventDefault: () => void }) => event.preventDefault(), // the input keeps the focus
      onClick: () => onChoose(options[index] ?? ""),
    }),
  };
}
