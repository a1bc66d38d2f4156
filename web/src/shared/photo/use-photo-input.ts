import { useState } from "react";
import type { ApiError } from "@/api/problems";
import { refusalOf } from "./acceptance";
import { useUploadLimits } from "./limits";
import { usePhoto } from "./photo";

/** Takes a file from any source and keeps why the last one was refused; `onChosen` follows an accepted one. */
export function usePhotoInput(onChosen: (() => void) | undefined) {
  const { choosePhoto } = usePhoto();
  const limits = useUploadLimits();
  const [refusal, setRefusal] = useState<ApiError>();

  function take(file: File): void {
    const why = refusalOf(file, limits);
    setRefusal(why);
    if (why !== undefined) return;
    choosePhoto(file);
    onChosen?.();
  }

  return { take, refusal, refuse: setRefusal, limits };
}
