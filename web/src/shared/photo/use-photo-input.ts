import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { ApiError } from "@/api/problems";
import { refusalOf } from "./acceptance";
import { uploadLimits, useUploadLimits } from "./limits";
import { usePhoto } from "./photo";
import { SENT_TYPE, scaled } from "./scale";

/** Takes a file from any source and says why the last one was refused; `onChosen` follows an accepted one. */
export function usePhotoInput(onChosen: (() => void) | undefined) {
  const { choosePhoto } = usePhoto();
  const limits = useUploadLimits();
  const queryClient = useQueryClient();
  const [refusal, setRefusal] = useState<ApiError>();
  const [isPreparing, setPreparing] = useState(false);
  const latest = useRef(0);

  async function take(file: File): Promise<void> {
    latest.current += 1;
    const turn = latest.current;
    setRefusal(undefined);
    setPreparing(true);
    const photo = await scaled(file);
    const known = limits ?? (photo.type === SENT_TYPE ? undefined : await uploadLimits(queryClient));
    if (turn !== latest.current) return; // cancelled, or another one was chosen
    setPreparing(false);
    const why = refusalOf(photo, known);
    setRefusal(why);
    if (why !== undefined) return;
    choosePhoto(photo);
    onChosen?.();
  }

  function cancel(): void {
    latest.current += 1;
    setPreparing(false);
  }

  return { take, cancel, isPreparing, refusal, refuse: setRefusal, limits };
}
