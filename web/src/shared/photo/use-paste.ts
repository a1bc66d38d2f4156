import { useEffect, useEffectEvent } from "react";

/** Calls `onFile` with the first file pasted anywhere on the page, such as a screenshot; pasted text is ignored. */
export function usePaste(onFile: (file: File) => void): void {
  const handle = useEffectEvent((event: ClipboardEvent) => {
    const file = event.clipboardData?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    onFile(file);
  });
  useEffect(() => {
    document.addEventListener("paste", handle);
    return () => document.removeEventListener("paste", handle);
  }, []);
}
