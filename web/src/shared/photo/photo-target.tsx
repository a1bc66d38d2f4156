/** One target for a photo that is dropped, pasted or chosen as a file; the camera has a button of its own. */
import { type ReactNode, useRef } from "react";
import { useDropzone } from "react-dropzone";
import { ApiError } from "@/api/problems";
import { formatMediaTypes } from "@/shared/format/limits";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Busy } from "@/shared/ui/busy";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { refusalOf } from "./acceptance";
import { useUploadLimits } from "./limits";
import { PhotoFileInput, PICTURES } from "./photo-file-input";
import { Refusal } from "./refusal";
import { usePaste } from "./use-paste";
import { usePhotoInput } from "./use-photo-input";

type PhotoTargetProps = {
  /** Called after a photo was accepted, for instance to change the address. */
  onChosen?: () => void;
  /** `row` is one line above other content, `bar` is buttons alone, for where a photo is already shown. */
  look?: keyof typeof LOOKS;
  /** More options: below the area, or at the end of the row. */
  children?: ReactNode;
};

export function PhotoTarget({ onChosen, look = "area", children }: PhotoTargetProps) {
  const m = useMessages();
  const { take, cancel, isPreparing, refusal, refuse, limits } = usePhotoInput(onChosen);
  usePaste(take);
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    multiple: false,
    noClick: true,
    noKeyboard: true, // the labelled button inside does both
    onDropAccepted: ([file]) => file && take(file),
    onDropRejected: ([first]) => refuse(first ? (refusalOf(first.file, limits) ?? new ApiError("other")) : undefined),
  });
  const Look = LOOKS[look];
  return (
    <div {...getRootProps()}>
      <input {...getInputProps({ accept: PICTURES, "aria-hidden": true, tabIndex: -1 })} data-testid="photo-file" />
      <Look onOpen={open} isDragActive={isDragActive} camera={<TakePhoto onFile={take} />}>
        {children}
      </Look>
      <div className="max-lg:[.button-row_&]:fixed max-lg:[.button-row_&]:inset-x-4 max-lg:[.button-row_&]:bottom-4 max-lg:[.button-row_&]:z-40">
        {isPreparing && <Busy text={m.search.target.preparing} onCancel={cancel} />}
        {refusal && <Refusal why={refusal} />}
      </div>
    </div>
  );
}

type LookProps = { onOpen: () => void; isDragActive: boolean; camera: ReactNode; children: ReactNode };

function Area({ onOpen, isDragActive, camera, children }: LookProps) {
  const m = useMessages();
  const language = useLanguage();
  const limits = useUploadLimits();
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
        <span className="mt-1 min-h-5 text-sm text-muted">
          {limits && t.limits(formatMediaTypes(limits, language))}
        </span>
      </button>
      <div className="mt-3 hidden pointer-coarse:block *:w-full">{camera}</div>
      {children}
    </>
  );
}

function Row({ onOpen, isDragActive, camera, children }: LookProps) {
  const m = useMessages();
  const t = m.search.target;
  return (
    <div
      className={`flex items-center gap-x-1 gap-y-2 sm:gap-x-4 overflow-x-auto rounded-2xl border border-dashed p-0.5 sm:p-1.5 *:shrink-0 ${
        isDragActive ? "border-accent bg-blush" : "border-edge bg-surface"
      }`}
    >
      <button
        type="button"
        onClick={onOpen}
        className="inline-flex min-h-11 items-center gap-2.5 rounded-xl px-3 text-[0.9375rem] hover:bg-blush"
      >
        <Icon name="photo" className="size-5.5 text-accent" />
        <span className="hidden font-medium pointer-coarse:block">{t.label}</span>
        <span className="pointer-coarse:hidden">
          {isDragActive ? t.dropNow : `${t.drop}, ${t.or}`}{" "}
          {!isDragActive && <span className="font-medium text-accent underline underline-offset-4">{t.choose}</span>}
        </span>
      </button>
      <div className="hidden pointer-coarse:block">{camera}</div>
      {children}
    </div>
  );
}

function Bar({ onOpen, isDragActive, camera, children }: LookProps) {
  const m = useMessages();
  return (
    <div className="flex flex-wrap gap-2">
      <Button variant="outline" size="sm" onClick={onOpen} className={isDragActive ? "bg-blush" : ""}>
        <Icon name="photo" className="size-4.5" />
        {isDragActive ? m.search.target.dropNow : m.search.otherPhoto}
      </Button>
      <div className="hidden pointer-coarse:block">{camera}</div>
      {children}
    </div>
  );
}

const LOOKS = { area: Area, row: Row, bar: Bar } as const;

/** Opens the camera; the file chooser is separate, because there a phone also offers its gallery. */
function TakePhoto({ onFile }: { onFile: (file: File) => void }) {
  const m = useMessages();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex">
      <PhotoFileInput ref={input} onFile={onFile} isCamera />
      <Button variant="outline" size="sm" className="grow" onClick={() => input.current?.click()}>
        <Icon name="camera" className="size-4.5" />
        {m.search.target.takePhoto}
      </Button>
    </div>
  );
}
