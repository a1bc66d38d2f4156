/** One target for a photo, however it comes: dropped, pasted, or chosen as a file; the camera has a button of its own. */
import { type ReactNode, useRef } from "react";
import { useDropzone } from "react-dropzone";
import { ApiError } from "@/api/problems";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ACCEPTED } from "./acceptance";
import { usePaste } from "./use-paste";
import { usePhotoInput } from "./use-photo-input";

type PhotoTargetProps = {
  /** After a photo was taken over, for instance to change the address. */
  onChosen?: () => void;
  /** `bar` is a row of buttons, for where a photo is already shown. */
  look?: "area" | "bar";
  /** More ways to choose, below an area. */
  children?: ReactNode;
};

export function PhotoTarget({ onChosen, look = "area", children }: PhotoTargetProps) {
  const { take, refusal, refuse } = usePhotoInput(onChosen);
  usePaste(take);
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    accept: ACCEPTED,
    multiple: false,
    noClick: true,
    noKeyboard: true, // the button inside does both, and says what it is
    onDropAccepted: ([file]) => file && take(file),
    onDropRejected: ([first]) => refuse(first ? whyRejected(first.file) : undefined),
  });
  const Look = look === "area" ? Area : Bar;
  return (
    <div {...getRootProps()}>
      <input {...getInputProps({ "aria-hidden": true, tabIndex: -1 })} data-testid="photo-file" />
      <Look onOpen={open} isDragActive={isDragActive} camera={<TakePhoto onFile={take} />} />
      {refusal && <Refusal why={refusal} />}
      {children}
    </div>
  );
}

/** A rejected drop is of the wrong kind, unless several files were dropped of which the first is fine. */
function whyRejected(file: File): ApiError {
  return new ApiError(file.type in ACCEPTED ? "other" : "unsupported");
}

type LookProps = { onOpen: () => void; isDragActive: boolean; camera: ReactNode };

function Area({ onOpen, isDragActive, camera }: LookProps) {
  const m = useMessages();
  const t = m.search.target;
  return (
    <>
      <button
        type="button"
        onClick={onOpen}
        className={`flex w-full flex-col items-center gap-1.5 rounded-2xl border-2 border-dashed px-6 py-10 text-center transition-colors sm:py-14 ${
          isDragActive ? "border-accent bg-blush" : "border-edge bg-surface hover:border-accent hover:bg-blush"
        }`}
      >
        <Icon name="photo" className="mb-1 size-9 text-accent" />
        <span className="font-display text-2xl pointer-coarse:hidden">{isDragActive ? t.dropNow : t.drop}</span>
        <span className="hidden font-display text-2xl pointer-coarse:block">{t.label}</span>
        <span className="pointer-coarse:hidden">
          {t.or} <span className="font-medium text-accent underline underline-offset-4">{t.choose}</span>
        </span>
        <span className="mt-1 text-sm text-muted">{t.limits}</span>
      </button>
      <div className="mt-3 hidden pointer-coarse:block *:w-full">{camera}</div>
    </>
  );
}

function Bar({ onOpen, isDragActive, camera }: LookProps) {
  const m = useMessages();
  return (
    <div className="flex flex-wrap gap-2">
      <Button variant="outline" size="sm" onClick={onOpen} className={isDragActive ? "bg-blush" : ""}>
        <Icon name="photo" className="size-4.5" />
        {isDragActive ? m.search.target.dropNow : m.search.otherPhoto}
      </Button>
      <div className="hidden pointer-coarse:block">{camera}</div>
    </div>
  );
}

/** The camera itself; apart from the file chooser, so that a phone's gallery stays within reach there. */
function TakePhoto({ onFile }: { onFile: (file: File) => void }) {
  const m = useMessages();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex">
      <input
        ref={input}
        type="file"
        accept="image/*"
        capture="environment"
        tabIndex={-1}
        aria-hidden="true"
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onFile(file);
          event.target.value = ""; // so that the same photo can be chosen again
        }}
      />
      <Button variant="outline" size="sm" className="grow" onClick={() => input.current?.click()}>
        <Icon name="camera" className="size-4.5" />
        {m.search.target.takePhoto}
      </Button>
    </div>
  );
}

function Refusal({ why }: { why: ApiError }) {
  const m = useMessages();
  const words = m.common.problems[why.kind];
  return (
    <p role="alert" data-problem={why.kind} className="mt-3 rounded-lg bg-blush px-4 py-3 text-sm text-accent">
      <strong className="font-medium">{words.title}.</strong> {words.text}
    </p>
  );
}
