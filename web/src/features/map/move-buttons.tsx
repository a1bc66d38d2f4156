/** Buttons for what a mouse does by drag and wheel, so that nothing requires dragging. */
import { useAdminMessages } from "@/shared/i18n/admin";
import type { Order } from "./canvas/protocol";

const STEP = 0.2;
const BUTTON =
  "grid size-11 place-items-center rounded-full border border-edge bg-surface text-lg leading-none hover:bg-wash";

export function MoveButtons({ send }: { send: (order: Order) => void }) {
  const words = useAdminMessages().map.move;
  const moves: [label: string, sign: string, order: Order, place: string][] = [
    [words.up, "↑", { order: "pan", x: 0, y: STEP }, "col-start-2"],
    [words.zoomIn, "+", { order: "zoom", factor: 0.7 }, "col-start-4"],
    [words.left, "←", { order: "pan", x: -STEP, y: 0 }, "col-start-1"],
    [words.all, "⌂", { order: "reset" }, "col-start-2"],
    [words.right, "→", { order: "pan", x: STEP, y: 0 }, "col-start-3"],
    [words.zoomOut, "−", { order: "zoom", factor: 1 / 0.7 }, "col-start-4"],
    [words.down, "↓", { order: "pan", x: 0, y: -STEP }, "col-start-2"],
  ];
  return (
    <fieldset className="absolute right-3 bottom-3 grid grid-cols-[repeat(4,auto)] gap-1">
      <legend className="sr-only">{words.label}</legend>
      {moves.map(([label, sign, order, place]) => (
        <button
          key={label}
          type="button"
          aria-label={label}
          title={label}
          onClick={() => send(order)}
          className={`${BUTTON} ${place}`}
        >
          <span aria-hidden="true">{sign}</span>
        </button>
      ))}
    </fieldset>
  );
}
