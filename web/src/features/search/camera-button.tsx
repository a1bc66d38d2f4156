/** The photo picker inside the search box. */
import { useRef } from "react";
import { useMessages } from "@/shared/i18n/language";
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
      <input
        ref={input}
        type="file"
        accept="image/*"
        tabIndex={-1}
        aria-hidden="true"
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void take(file);
          event.target.value = ""; // so that the same photo can be chosen again
        }}
      />
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
