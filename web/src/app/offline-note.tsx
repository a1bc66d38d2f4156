/** Said once for the whole page while there is no network; what fails says so itself. */
import { useSyncExternalStore } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";

function subscribe(listener: () => void): () => void {
  for (const event of ["online", "offline"]) globalThis.addEventListener(event, listener);
  return () => {
    for (const event of ["online", "offline"]) globalThis.removeEventListener(event, listener);
  };
}

export function OfflineNote() {
  const m = useMessages();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {!isOnline && (
        <p className="flex items-center justify-center gap-2 bg-wash px-4 py-2 text-sm">
          <Icon name="offline" className="size-4.5 shrink-0" />
          {m.app.offline}
        </p>
      )}
    </div>
  );
}
