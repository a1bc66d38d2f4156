/** The photo of the query: kept in this tab only, across pages and reloads. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { heldFile, holdFile } from "./held";

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
  const [photo, setPhoto] = useState(heldPhoto);
  const chosen = useRef(0);

  const replace = useCallback((file: Blob | undefined) => {
    chosen.current += 1;
    holdFile(file);
    const next = file && photoOf(file, chosen.current);
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

function photoOf(file: Blob, key: number): Photo {
  return { key, file, url: URL.createObjectURL(file), crop: undefined };
}

/** The photo from before a reload. */
function heldPhoto(): Photo | undefined {
  const file = heldFile();
  return file && photoOf(file, 0);
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
