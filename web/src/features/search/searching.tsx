import { useUploaded } from "@/api/upload";
import { useMessages } from "@/shared/i18n/language";
import { Busy } from "@/shared/ui/busy";

/** While a photo is searched with: how much of it was sent, then that its results are awaited. */
export function Searching({ onCancel }: { onCancel: () => void }) {
  const m = useMessages();
  const uploaded = useUploaded();
  return (
    <div className="rounded-full bg-surface py-3 pe-2 ps-4 shadow-md">
      <Busy
        text={uploaded === undefined ? m.search.searching : m.search.uploading}
        part={uploaded}
        onCancel={onCancel}
      />
    </div>
  );
}
