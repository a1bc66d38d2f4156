/** The box of a garment as a crop of the photo. */
import type { Garment } from "@/api/types";
import { type Crop, cropField } from "@/shared/photo/photo";

export function boxOf({ box: [x = 0, y = 0, width = 1, height = 1] }: Garment): Crop {
  return { x, y, width, height };
}

export function isSameBox(one: Crop | undefined, other: Crop): boolean {
  return cropField(one) === cropField(other);
}

/** Where a box lies in the frame of its picture. */
export function placeOf(box: Crop): { left: string; top: string; width: string; height: string } {
  const percent = (part: number) => `${part * 100}%`;
  return { left: percent(box.x), top: percent(box.y), width: percent(box.width), height: percent(box.height) };
}
