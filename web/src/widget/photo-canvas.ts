/** The visitor's photo on a canvas: an `<img>` would need `blob:` in the page's policy. */
export type Box = readonly number[];

const LONGEST_PX = 480;
const MARK_PX = 3;

/** Draws the photo; leaves the canvas hidden where this browser cannot read it. */
export async function drawPhoto(canvas: HTMLCanvasElement, photo: Blob): Promise<void> {
  canvas.hidden = true;
  const picture = await createImageBitmap(photo).catch(() => undefined);
  if (picture === undefined) return;
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  canvas.hidden = false;
}

/** Frames parts of the photo; each box is `x, y, width, height` in fractions of it. */
export function markBoxes(canvas: HTMLCanvasElement, boxes: readonly Box[]): void {
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  for (const [colour, width] of [
    ["rgb(0 0 0 / 0.5)", MARK_PX + 2],
    ["#fff", MARK_PX],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    for (const [x = 0, y = 0, w = 0, h = 0] of boxes) {
      pen.strokeRect(x * canvas.width, y * canvas.height, w * canvas.width, h * canvas.height);
    }
  }
}
