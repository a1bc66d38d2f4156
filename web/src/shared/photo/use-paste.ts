import { useEffect, useEffectEvent } from "react";

/** Of several places for a photo on a page, the last to come takes what is pasted. */
const takers: unknown[] = [];

/** Calls `onFile` with the first file pasted anywhere on the page, such as a screenshot; pasted text is ignored. */
export function usePaste(onFile: (file: File) => void): void {
  const take = useEffectEvent(onFile);
  useEffect(() => {
    function listen(event: ClipboardEvent): void {
      const file = event.clipboardData?.files[0];
      if (file === undefined || takers.at(-1) !== listen) return;
      event.preventDefault();
      take(file);
    }
    takers.push(listen);
    document.addEventListener("paste", listen);
    return () => {
      takers.splice(takers.indexOf(listen), 1);
      document.removeEventListener("paste", listen);
    };
  }, []);
}
