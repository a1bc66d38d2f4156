import { useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { useChangeParams, useParams } from "./use-params";

/** Words that title, brand or category must have; taken over with Enter, or when the field is left. */
export function TextFilter() {
  const m = useMessages();
  const change = useChangeParams();
  const { text = "" } = useParams();

  function apply(words: string): void {
    const wanted = words.trim();
    if (wanted === text) return;
    change(({ text: _old, ...rest }) => (wanted ? { ...rest, text: wanted } : rest));
  }

  return (
    <search>
      <form
        className="py-3"
        onSubmit={(event) => {
          event.preventDefault();
          apply(String(new FormData(event.currentTarget).get("text") ?? ""));
        }}
      >
        <label className="flex min-h-11 items-center gap-2 rounded-full border border-edge bg-surface px-4 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
          <Icon name="search" className="size-4.5 text-muted" />
          <span className="sr-only">{m.search.filters.text}</span>
          <input
            key={text}
            name="text"
            type="search"
            maxLength={200}
            defaultValue={text}
            placeholder={m.search.filters.text}
            onBlur={(event) => apply(event.target.value)}
            className="w-full min-w-0 bg-transparent text-sm placeholder:text-muted focus-visible:outline-none"
          />
        </label>
      </form>
    </search>
  );
}
