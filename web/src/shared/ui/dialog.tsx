/** A modal dialog: a card in the middle, a sheet from the bottom on a phone. Focus, Escape and names are Base UI's. */
import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode, RefObject } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "./icon";

type DialogProps = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Stays below the scrolling part. */
  footer?: ReactNode;
  /** What is focused after the dialog; default: what was focused before it. */
  opener?: RefObject<HTMLElement | null> | undefined;
};

export function Dialog({ isOpen, onClose, title, children, footer, opener }: DialogProps) {
  const m = useMessages();
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/50 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          finalFocus={opener}
          className="fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-2xl bg-surface shadow-xl transition data-ending-style:translate-y-4 data-ending-style:opacity-0 data-starting-style:translate-y-4 data-starting-style:opacity-0 sm:inset-0 sm:m-auto sm:h-fit sm:w-[min(40rem,92vw)] sm:rounded-2xl"
        >
          <div className="flex items-center justify-between gap-4 px-5 pt-4 pb-2">
            <Base.Title className="font-display text-2xl">{title}</Base.Title>
            <Base.Close
              className="-me-2 grid size-11 place-items-center rounded-full hover:bg-wash"
              aria-label={m.common.close}
            >
              <Icon name="close" />
            </Base.Close>
          </div>
          <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer && (
            <div className="flex flex-wrap justify-end gap-3 border-t border-line px-5 py-4 max-sm:*:grow">
              {footer}
            </div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
