/** The whole picture over the page: larger at a click, scrolled by finger, wheel or arrow keys, with its neighbours. */
import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ProductDetails } from "@/api/types";
import { altOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { Icon, type IconName } from "@/shared/ui/icon";

type ZoomDialogProps = {
  item: ProductDetails;
  chosen: number;
  onChoose: (position: number) => void;
  onClose: () => void;
};

export default function ZoomDialog({ item, chosen, onChoose, onClose }: ZoomDialogProps) {
  const m = useMessages();
  const [isLarge, setLarge] = useState(false);
  const count = item.image_urls.length;
  const toggle = () => setLarge(!isLarge);
  const show = (step: 1 | -1) => onChoose((chosen + step + count) % count);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Popup
          aria-label={m.item.zoom.title}
          className="fixed inset-0 z-50 flex flex-col bg-surface"
          onKeyDown={({ key }) => {
            if (isLarge || count < 2) return; // the arrows scroll
            if (key === "ArrowRight" || key === "ArrowLeft") show(key === "ArrowRight" ? 1 : -1);
          }}
        >
          <div className="flex items-center justify-end gap-1 p-2">
            {count > 1 && (
              <>
                <p role="status" className="me-auto px-3 text-sm text-muted tabular-nums">
                  {m.item.picture(chosen + 1, count)}
                </p>
                <Control icon="back" name={m.item.zoom.previous} onClick={() => show(-1)} />
                <Control icon="forward" name={m.item.zoom.next} onClick={() => show(1)} />
              </>
            )}
            <Control icon="zoom" name={m.item.zoom.larger} isPressed={isLarge} onClick={toggle} />
            <Dialog.Close aria-label={m.common.close} className={CONTROL}>
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <Pane isLarge={isLarge} key={chosen}>
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button above does the same */}
            <img
              src={item.image_urls[chosen]}
              alt={altOf(item, m)}
              onClick={toggle}
              className={isLarge ? "m-auto w-[220vw] max-w-none shrink-0 cursor-zoom-out lg:w-[130vw]" : FITTED}
            />
          </Pane>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const FITTED = "m-auto h-full w-full cursor-zoom-in object-contain";
const CONTROL = "grid size-11 place-items-center rounded-full hover:bg-wash aria-pressed:bg-blush";

type ControlProps = { icon: IconName; name: string; isPressed?: boolean; onClick: () => void };

function Control({ icon, name, isPressed, onClick }: ControlProps) {
  return (
    <button type="button" aria-label={name} title={name} aria-pressed={isPressed} onClick={onClick} className={CONTROL}>
      <Icon name={icon} />
    </button>
  );
}

/** What scrolls; the keyboard goes there once there is something to scroll, and the middle is shown first. */
function Pane({ isLarge, children }: { isLarge: boolean; children: ReactNode }) {
  const m = useMessages();
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    const shown = pane.current;
    if (shown === null || !isLarge) return;
    shown.focus({ preventScroll: true });
    shown.scrollLeft = (shown.scrollWidth - shown.clientWidth) / 2;
    shown.scrollTop = (shown.scrollHeight - shown.clientHeight) / 3;
  }, [isLarge]);
  return (
    <section
      ref={pane}
      aria-label={m.item.zoom.title}
      tabIndex={isLarge ? 0 : -1}
      className="flex min-h-0 grow overflow-auto"
    >
      {children}
    </section>
  );
}
