/** What the person calls the look: kept in the address, so that it survives a reload, and through undo. */
import { useState } from "react";
import { cleanName } from "./name";
import { useRenameStudio, useStudioParams } from "./use-params";

export type LookName = ReturnType<typeof useLookName>;

export function useLookName() {
  const { name: given = "" } = useStudioParams();
  const rename = useRenameStudio();
  const [seen, setSeen] = useState(given);
  const [written, setWritten] = useState(given);
  if (given !== seen) {
    setSeen(given);
    if (given !== "") setWritten(given); // a saved look was opened; an older step without a name changes nothing
  }
  const name = cleanName(written);
  return { written, name, write: setWritten, keep: () => (name === given ? undefined : rename(name)) };
}
