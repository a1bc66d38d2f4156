/** The cropped part of the photo, small enough to be sent with every change of an outfit. */
import { useEffect, useState } from "react";
import type { Photo } from "@/shared/photo/photo";
import { cutOut } from "@/shared/photo/scale";

const parts = new WeakMap<Photo, Promise<Blob>>();

export function photoPart(photo: Photo): Promise<Blob> {
  const known = parts.get(photo);
  if (known) return known;
  // The server may read what this browser cannot: it gets the file unchanged.
  const part = cutOut(photo.file, photo.crop).catch(() => photo.file);
  parts.set(photo, part);
  return part;
}

/** The URL of the part for `<img src>`; that of the whole photo until it is cropped. */
export function usePartUrl(photo: Photo): string {
  const [cropped, setCropped] = useState<{ of: Photo; url: string }>();
  useEffect(() => {
    if (photo.crop === undefined) return;
    let url = "";
    let isGone = false;
    photoPart(photo).then((blob) => {
      if (isGone) return;
      url = URL.createObjectURL(blob);
      setCropped({ of: photo, url });
    });
    return () => {
      isGone = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, [photo]);
  return cropped?.of === photo ? cropped.url : photo.url;
}
