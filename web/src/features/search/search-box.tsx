/** The search of every page: words with suggestions, or a photo. */
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { CameraButton } from "./camera-button";
import { readSearchParams } from "./params";
import { rememberText } from "./recent";
import { Suggestions } from "./suggestions";
import { useCombobox } from "./use-combobox";
import { useSuggestions } from "./use-suggestions";

export function SearchBox() {
  const m = useMessages();
  const input = useRef<HTMLInputElement>(null);
  const text = useAskedText();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(text);
  const [isOpen, setOpen] = useState(false);
  const { options, isRecent } = useSuggestions(typed, isOpen);
  const box = useCombobox({ typed, setTyped, isOpen, setOpen, options, onChoose: search });
  useEffect(() => setTyped(text), [text]);

  function search(words: string): void {
    const wanted = words.trim();
    setTyped(wanted);
    setOpen(false);
    if (wanted) rememberText(wanted);
    input.current?.blur(); // a phone's keyboard would cover the results
    void navigate({ to: "/", search: wanted ? { text: wanted } : {} });
  }

  return (
    <search className="relative w-full min-w-0 grow">
      <form
        className="flex min-h-11 items-center rounded-full sm:min-h-12 border border-edge bg-surface pe-0.5 ps-4 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-accent"
        onSubmit={(event) => {
          event.preventDefault();
          search(typed);
        }}
      >
        <Icon name="search" className="size-4.5 text-muted" />
        <input
          {...box.inputProps}
          ref={input}
          type="text"
          enterKeyHint="search"
          maxLength={200}
          aria-label={m.search.box.label}
          placeholder={m.search.box.placeholder}
          className="min-h-11 w-full min-w-0 bg-transparent px-2.5 placeholder:text-muted focus-visible:outline-none"
        />
        {typed && (
          <button
            type="button"
            aria-label={m.search.box.clear}
            onClick={() => {
              setTyped("");
              input.current?.focus();
            }}
            className="grid size-11 shrink-0 place-items-center rounded-full text-muted hover:bg-wash"
          >
            <Icon name="close" className="size-4.5" />
          </button>
        )}
        <CameraButton />
      </form>
      {box.isShown && <Suggestions options={options} isRecent={isRecent} typed={typed} box={box} />}
      <p role="status" className="sr-only">
        {box.isShown && m.search.box.suggested(options.length)}
      </p>
    </search>
  );
}

/** The words that the page shows results of; "" where it shows something else. */
function useAskedText(): string {
  return useRouterState({
    select: ({ matches, location }) => {
      const params = readSearchParams(location.search);
      return matches.at(-1)?.routeId === "/" && !params.like && !params.photo ? (params.text ?? "") : "";
    },
  });
}
