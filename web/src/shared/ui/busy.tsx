import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";

/** Shown while a photo is made ready, or searched with; with the way out. */
export function Busy({ text, onCancel }: { text: string; onCancel: () => void }) {
  const m = useMessages();
  return (
    <div role="status" className="flex items-center gap-3 text-sm text-muted">
      <progress aria-label={text} className="busy-bar w-16" />
      {text}
      <Button variant="quiet" size="sm" onClick={onCancel} className="-my-3">
        {m.common.cancel}
      </Button>
    </div>
  );
}
