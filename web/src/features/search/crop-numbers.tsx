/** The crop box as four numbers: exact, and usable without dragging. */
import type { PercentCrop } from "react-image-crop";
import { useMessages } from "@/shared/i18n/language";

const SMALLEST = 5;

type CropNumbersProps = { box: PercentCrop; onChange: (box: PercentCrop) => void };

export function CropNumbers({ box, onChange }: CropNumbersProps) {
  const m = useMessages();
  const t = m.search.crop;
  const parts = [
    { name: "x", label: t.left, min: 0, max: 100 - SMALLEST },
    { name: "y", label: t.top, min: 0, max: 100 - SMALLEST },
    { name: "width", label: t.width, min: SMALLEST, max: 100 },
    { name: "height", label: t.height, min: SMALLEST, max: 100 },
  ] as const;
  return (
    <details className="mt-4 text-sm">
      <summary className="inline-flex min-h-11 items-center underline underline-offset-4">{t.numbers}</summary>
      <div className="mt-2 grid grid-cols-2 gap-3 sm:grid-cols-4">
        {parts.map(({ name, label, min, max }) => (
          <label key={name} className="flex flex-col gap-1">
            {label}
            <input
              type="number"
              min={min}
              max={max}
              value={Math.round(box[name])}
              onChange={(event) => onChange(within({ ...box, [name]: clamp(event.target.valueAsNumber, min, max) }))}
              className="min-h-11 rounded-lg border border-edge bg-surface px-3"
            />
          </label>
        ))}
      </div>
    </details>
  );
}

function clamp(value: number, min: number, max: number): number {
  return Number.isNaN(value) ? min : Math.min(Math.max(value, min), max);
}

/** The box, clamped to the picture. */
function within(box: PercentCrop): PercentCrop {
  return { ...box, width: Math.min(box.width, 100 - box.x), height: Math.min(box.height, 100 - box.y) };
}
