/** The photo picker inside the search box. */
import { useRef } from "react";
import { useMessages } from "@/shared/i18n/language";
import { PhotoFileInput } from "@/shared/photo/photo-file-input";
import { Refusal } from "@/shared/photo/refusal";
import { usePaste } from "@/shared/photo/use-paste";
import { usePhotoInput } from "@/shared/photo/use-photo-input";
import { Busy } from "@/shared/ui/busy";
import { Icon } from "@/shared/ui/icon";
import { useShowPhoto } from "./use-show-photo";

export function CameraButton() {
  const m = useMessages();
  const input = useRef<HTMLInputElement>(null);
  const { take, cancel, isPreparing, refusal } = usePhotoInput(useShowPhoto());
  usePaste(take);
  return (
    <>
      <PhotoFileInput ref={input} onFile={(file) => void take(file)} />
      <button
        type="button"
        aria-label={m.search.box.byPhoto}
        onClick={() => input.current?.click()}
        className="grid size-11 shrink-0 place-items-center rounded-full text-accent hover:bg-wash"
      >
        <Icon name="camera" className="size-5.5" />
      </button>
      {(isPreparing || refusal) && (
        <div className="absolute inset-x-0 top-full z-20 mt-1 rounded-2xl bg-surface px-3 py-2 shadow-lg">
          {isPreparing && <Busy text={m.search.target.preparing} onCancel={cancel} />}
          {refusal && <Refusal why={refusal} />}
        </div>
      )}
    </>
  );
}
