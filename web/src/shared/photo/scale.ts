/** Photos as they are sent: small, upright, and without what a camera writes into its files, such as the place. */

import { typed } from "./heic";

/** A box in fractions of the upright picture, origin at the top left. */
type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const LONGEST_PX = 1024; // several times the model's input size
const SENT: Size = { longestPx: LONGEST_PX, quality: 0.85 };
/** The type of what is sent; a photo that this browser cannot read keeps its own. */
export const SENT_TYPE = "image/jpeg";
const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };
const SMALL_BYTES = 1_000_000;
const EDGE_BYTES = 65_536; // cameras write what they know near the start of a file, or its end
const METADATA = /exif|ns\.adobe\.com\/xap|photoshop 3\.0/i;

/** The photo with a long side of 1,024 px at most; unchanged where it is so already, or this browser cannot read it. */
export async function scaled(file: Blob): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file);
    const isSmall = Math.max(picture.width, picture.height) <= LONGEST_PX && file.size <= SMALL_BYTES;
    if (isSmall && !(await hasMetadata(file))) return file;
    return await drawn(picture, WHOLE, SENT);
  } catch {
    return typed(file); // the server may read what this browser cannot
  }
}

/** How large a photo becomes: its long side, and the quality of its JPEG from 0 to 1. */
export type Size = { readonly longestPx: number; readonly quality: number };

/** The part of a photo in `box`, likewise; throws where this browser cannot read it. */
export async function cutOut(file: Blob, box: Box = WHOLE, size: Size = SENT): Promise<Blob> {
  return drawn(await createImageBitmap(file), box, size);
}

async function hasMetadata(file: Blob): Promise<boolean> {
  const edges = new Blob([file.slice(0, EDGE_BYTES), file.slice(-EDGE_BYTES)]);
  return METADATA.test(new TextDecoder("latin1").decode(await edges.arrayBuffer()));
}

function drawn(picture: ImageBitmap, box: Box, { longestPx, quality }: Size): Promise<Blob> {
  const [width, height] = [box.width * picture.width, box.height * picture.height];
  const scale = Math.min(1, longestPx / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  pen.fillStyle = "#fff"; // transparent pixels become white, as on the server
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  const [left, top] = [box.x * picture.width, box.y * picture.height];
  pen.drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), SENT_TYPE, quality);
  });
}
