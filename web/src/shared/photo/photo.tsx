/** The photo of the query: kept in the memory of this tab only, across pages. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";

/** A box in fractions of the upright picture, origin at the top left. */
export type Crop = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Photo = {
  /** Unique for every chosen photo; used in query keys instead of the file. */
  readonly key: number;
  readonly file: Blob;
  /** An object URL for `<img src>`. */
  readonly url: string;
  readonly crop: Crop | undefined;
};

type PhotoState = {
  readonly photo: Photo | undefined;
  readonly choosePhoto: (file: Blob) => void;
  readonly cropPhoto: (crop: Crop | undefined) => void;
  readonly dropPhoto: () => void;
};

const PhotoContext = createContext<PhotoState | undefined>(undefined);

export function PhotoProvider({ children }: { children: ReactNode }) {
  const [photo, setPhoto] = useState<Photo>();
  const chosen = useRef(0);

  const replace = useCallback((file: Blob | undefined) => {
    chosen.current += 1;
    const next = file && { key: chosen.current, file, url: URL.createObjectURL(file), crop: undefined };
    setPhoto((old) => {
      if (old !== undefined) setTimeout(() => URL.revokeObjectURL(old.url), 1000); // it may still be on screen
      return next;
    });
  }, []);
  const cropPhoto = useCallback((crop: Crop | undefined) => setPhoto((old) => old && { ...old, crop }), []);
  const dropPhoto = useCallback(() => replace(undefined), [replace]);

  const state = useMemo(
    () => ({ photo, choosePhoto: replace, cropPhoto, dropPhoto }),
    [photo, replace, cropPhoto, dropPhoto],
  );
  return <PhotoContext value={state}>{children}</PhotoContext>;
}

export function usePhoto(): PhotoState {
  const state = useContext(PhotoContext);
  if (state === undefined) throw new Error("usePhoto needs a PhotoProvider");
  return state;
}

/** The crop as the API's form field takes it; "" for the whole photo. */
export function cropField(crop: Crop | undefined): string {
  if (crop === undefined) return "";
  return [crop.x, crop.y, crop.width, crop.height].map((part) => String(Number(part.toFixed(4)))).join(",");
}
