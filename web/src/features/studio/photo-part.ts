/** The cropped part of the photo, small enough to be sent with every change of an outfit. */
import { useEffect, useState } from "react";
import type { Photo } from "@/shared/photo/photo";

const LONGEST_PX = 1024; // several times the model's input size
const parts = new WeakMap<Photo, Promise<Blob>>();

export function photoPart(photo: Photo): Promise<Blob> {
  const known = parts.get(photo);
  if (known) return known;
  // The server may read what this browser cannot: it gets the file unchanged.
  const part = cut(photo).catch(() => photo.file);
  parts.set(photo, part);
  return part;
}

async function cut({ file, crop }: Photo): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const box = crop ?? { x: 0, y: 0, width: 1, height: 1 };
  const [width, height] = [box.width * picture.width, box.height * picture.height];
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  pen.fillStyle = "#fff"; // transparent pixels become white, as on the server
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const [left, top] = [box.x * picture.width, box.y * picture.height];
  pen.drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.92);
  });
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
