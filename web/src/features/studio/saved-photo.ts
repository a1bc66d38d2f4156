/** A photo as it is saved with a look in this browser: a small JPEG as text, within a bound. */
import type { Photo } from "@/shared/photo/photo";
import { cutOut, type Size } from "@/shared/photo/scale";

export const MOST_PHOTO_CHARS = 60_000; // of some 5 million in which all looks of a browser have their place
const SIZES: readonly Size[] = [
  { longestPx: 320, quality: 0.8 },
  { longestPx: 240, quality: 0.6 },
];
const JPEG = /^data:image\/jpeg;base64,[A-Za-z0-9+/]+=*$/;

/** The cropped part of the photo; undefined where this browser cannot read it, or it does not become small enough. */
export async function textOfPhoto({ file, crop }: Photo): Promise<string | undefined> {
  try {
    for (const size of SIZES) {
      const text = await dataUrl(await cutOut(file, crop, size));
      if (isPhotoText(text)) return text;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

export function isPhotoText(text: unknown): text is string {
  return typeof text === "string" && text.length <= MOST_PHOTO_CHARS && JPEG.test(text);
}

export function photoOfText(text: string): Blob {
  const bytes = Uint8Array.from(atob(text.slice(text.indexOf(",") + 1)), (char) => char.charCodeAt(0));
  return new Blob([bytes], { type: "image/jpeg" });
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
