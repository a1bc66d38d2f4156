/** A file input that is not seen: a button of one's own opens it by the `ref`. */
import type { RefObject } from "react";

/** What a file chooser offers; HEIC by its endings too, since some systems give it no type. */
export const PICTURES = "image/*,.heic,.heif";

type PhotoFileInputProps = {
  ref: RefObject<HTMLInputElement | null>;
  onFile: (file: File) => void;
  /** Opens the camera at once, where there is one. */
  isCamera?: boolean;
};

export function PhotoFileInput({ ref, onFile, isCamera = false }: PhotoFileInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      accept={PICTURES}
      {...(isCamera && { capture: "environment" })}
      tabIndex={-1}
      aria-hidden="true"
      className="sr-only"
      onChange={(event) => {
        const file = event.target.files?.[0];
        if (file) onFile(file);
        event.target.value = ""; // so that the same photo can be chosen again
      }}
    />
  );
}
