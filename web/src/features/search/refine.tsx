/** Words on top of a photo or an item, such as "but red". */
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { withText } from "./fields";
import { useChangeParams, useParams } from "./use-params";

export function Refine() {
  const m = useMessages();
  const change = useChangeParams();
  const { text = "" } = useParams();
  const t = m.search.refine;
  return (
    <form
      className="flex items-center gap-2 w-72 lg:w-md"
      onSubmit={(event) => {
        event.preventDefault();
        const words = String(new FormData(event.currentTarget).get("refine") ?? "");
        change((old) => withText(old, words));
      }}
    >
      <div className="relative grow">
        <input
          key={text}
          name="refine"
          type="text"
          enterKeyHint="search"
          maxLength={200}
          defaultValue={text}
          aria-label={t.label}
          placeholder={t.placeholder}
          className="min-h-11 w-full rounded-full border border-edge bg-surface pe-11 ps-4 placeholder:text-muted"
        />
        {text && (
          <button
            type="button"
            aria-label={t.clear}
            onClick={() => change((old) => withText(old, ""))}
            className="absolute inset-y-0 end-0 grid size-11 place-items-center rounded-full text-muted hover:bg-wash"
          >
            <Icon name="close" className="size-4.5" />
          </button>
        )}
      </div>
      <Button type="submit" variant="outline" size="sm">
        {t.apply}
      </Button>
    </form>
  );
}
