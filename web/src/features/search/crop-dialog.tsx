/** Crops the photo by pointer, keyboard or numbers, and searches with the crop. */
import { useState } from "react";
import ReactCrop, { type PercentCrop } from "react-image-crop";
import "react-image-crop/dist/ReactCrop.css";
import { useMessages } from "@/shared/i18n/language";
import type { Crop, Photo } from "@/shared/photo/photo";
import { Button } from "@/shared/ui/button";
import { Dialog } from "@/shared/ui/dialog";
import { CropNumbers } from "./crop-numbers";

type CropDialogProps = { photo: Photo; onCrop: (crop: Crop | undefined) => void; onClose: () => void };

const FIRST_BOX: PercentCrop = { unit: "%", x: 15, y: 15, width: 70, height: 70 };
const SMALLEST_PX = 24;

export default function CropDialog({ photo, onCrop, onClose }: CropDialogProps) {
  const m = useMessages();
  const t = m.search.crop;
  const [box, setBox] = useState<PercentCrop>(photo.crop ? toPercent(photo.crop) : FIRST_BOX);
  const handle = (name: string) => `${t.box}: ${name}`;

  function finish(crop: Crop | undefined): void {
    onCrop(crop);
    onClose();
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.title}
      footer={
        <>
          <Button variant="outline" onClick={() => finish(undefined)}>
            {t.whole}
          </Button>
          <Button variant="accent" onClick={() => finish(toCrop(box))}>
            {t.apply}
          </Button>
        </>
      }
    >
      <p className="mb-4 text-sm text-muted">{t.help}</p>
      <div className="flex justify-center rounded-lg bg-frame">
        <ReactCrop
          className="max-h-[46dvh] sm:max-h-[54dvh]" // the picture inherits it
          crop={box}
          onChange={(_, percent) => setBox(percent)}
          keepSelection
          minWidth={SMALLEST_PX}
          minHeight={SMALLEST_PX}
          ariaLabels={{
            cropArea: t.box,
            nwDragHandle: handle(`${t.top}, ${t.left}`),
            nDragHandle: handle(t.top),
            neDragHandle: handle(`${t.top}, ${t.right}`),
            eDragHandle: handle(t.right),
            seDragHandle: handle(`${t.bottom}, ${t.right}`),
            sDragHandle: handle(t.bottom),
            swDragHandle: handle(`${t.bottom}, ${t.left}`),
            wDragHandle: handle(t.left),
          }}
        >
          <img src={photo.url} alt={m.search.yourPhotoAlt} />
        </ReactCrop>
      </div>
      <CropNumbers box={box} onChange={setBox} />
    </Dialog>
  );
}

function toPercent(crop: Crop): PercentCrop {
  return { unit: "%", x: crop.x * 100, y: crop.y * 100, width: crop.width * 100, height: crop.height * 100 };
}

/** The box in fractions, clamped to the picture. */
function toCrop({ x, y, width, height }: PercentCrop): Crop {
  const [left, top] = [Math.min(Math.max(x, 0), 99) / 100, Math.min(Math.max(y, 0), 99) / 100];
  return { x: left, y: top, width: Math.min(width / 100, 1 - left), height: Math.min(height / 100, 1 - top) };
}
