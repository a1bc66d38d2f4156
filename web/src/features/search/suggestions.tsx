/** The list below the search box. */
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import type { useCombobox } from "./use-combobox";

type SuggestionsProps = {
  options: readonly string[];
  isRecent: boolean;
  typed: string;
  box: Pick<ReturnType<typeof useCombobox>, "listProps" | "optionProps">;
};

export function Suggestions({ options, isRecent, typed, box }: SuggestionsProps) {
  const m = useMessages();
  return (
    <ul
      {...box.listProps}
      aria-label={isRecent ? m.search.box.recent : m.search.box.suggestions}
      className="absolute inset-x-0 top-full z-30 mt-1 overflow-hidden rounded-2xl border border-line bg-surface py-1.5 shadow-lg"
    >
      {options.map((option, at) => (
        <li
          key={option}
          {...box.optionProps(at)}
          className="flex min-h-11 cursor-pointer items-center gap-2.5 px-4 hover:bg-wash aria-selected:bg-wash aria-selected:outline-2 aria-selected:-outline-offset-2 aria-selected:outline-accent"
        >
          <Icon name={isRecent ? "clock" : "search"} className="size-4.5 text-muted" />
          <Completion option={option} typed={typed} />
        </li>
      ))}
    </ul>
  );
}

/** What would be added to the typed words is emphasised. */
function Completion({ option, typed }: { option: string; typed: string }) {
  const start = typed.trimStart();
  if (!start || !option.toLowerCase().startsWith(start.toLowerCase())) return <span>{option}</span>;
  return (
    <span>
      {option.slice(0, start.length)}
      <strong className="font-semibold">{option.slice(start.length)}</strong>
    </span>
  );
}
