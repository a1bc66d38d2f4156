import { useState } from "react";
import type { ApiError } from "@/api/problems";
import { refusalOf } from "./acceptance";
import { usePhoto } from "./photo";

/** Takes a file from wherever it comes, and keeps why the last one was refused; `onChosen` follows a good one. */
export function usePhotoInput(onChosen: (() => void) | undefined) {
  const { choosePhoto } = usePhoto();
  const [refusal, setRefusal] = useState<ApiError>();

  function take(file: File): void {
    const why = refusalOf(file);
    setRefusal(why);
    if (why !== undefined) return;
    choosePhoto(file);
    onChosen?.();
  }

  return { take, refusal, refuse: setRefusal };
}
