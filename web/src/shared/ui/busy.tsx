import { formatPercent } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";

type BusyProps = {
  text: string;
  /** How much is done, from 0 to 1; undefined where nobody knows. */
  part?: number | undefined;
  onCancel: () => void;
};

/** Shown while a photo is made ready, sent, or searched with; with the way out. */
export function Busy({ text, part, onCancel }: BusyProps) {
  const m = useMessages();
  const language = useLanguage();
  return (
    <div role="status" className="flex items-center gap-3 text-sm text-muted">
      <progress
        aria-label={text}
        value={part}
        className={part === undefined ? "busy-bar w-16" : "h-1 w-16 accent-accent"}
      />
      {text}
      {part !== undefined && (
        <span aria-hidden="true" className="tabular-nums">
          {formatPercent(part, language)}
        </span>
      )}
      <Button variant="quiet" size="sm" onClick={onCancel} className="-my-3">
        {m.common.cancel}
      </Button>
    </div>
  );
}
