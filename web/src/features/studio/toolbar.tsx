/** The actions of an outfit: a row of buttons, and on a phone a bar below the thumb. */
import type { ComponentProps, ReactNode } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Icon, type IconName } from "@/shared/ui/icon";

export function Toolbar({ children }: { children: ReactNode }) {
  const m = useMessages();
  return (
    <fieldset
      data-bottom-bar=""
      className="z-30 gap-2 max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:grid max-sm:auto-cols-fr max-sm:grid-flow-col max-sm:gap-0 max-sm:border-t max-sm:border-line max-sm:bg-surface max-sm:pb-[env(safe-area-inset-bottom)] sm:flex sm:flex-wrap print:hidden"
    >
      <legend className="sr-only">{m.studio.actions}</legend>
      {children}
    </fieldset>
  );
}

type ToolLook = {
  icon: IconName;
  isMain?: boolean;
  /** Without words where the buttons stand in a row, and where the screen is too narrow for them. */
  isSmall?: boolean;
};
type ToolProps = ComponentProps<"button"> & ToolLook & { isOff?: boolean; children: string };

/** What is off stays focusable, so that the keyboard does not lose its place. */
export function Tool({ icon, isMain = false, isSmall = false, isOff = false, onClick, children, ...rest }: ToolProps) {
  return (
    <button
      type="button"
      aria-disabled={isOff}
      onClick={isOff ? undefined : onClick}
      className={toolClass({ isMain, isSmall })}
      {...(isSmall && { title: children })}
      {...rest}
    >
      <Icon name={icon} />
      <span className={isSmall ? "max-[22rem]:sr-only sm:sr-only" : ""}>{children}</span>
    </button>
  );
}

/** Makes a link look like one of the buttons. */
export function toolClass({ isMain = false, isSmall = false }: Omit<ToolLook, "icon">): string {
  const colours = isMain
    ? "sm:border-accent sm:bg-accent sm:text-on-accent max-sm:text-accent hover:underline"
    : "sm:border-edge hover:bg-wash";
  return (
    "inline-flex items-center justify-center font-medium whitespace-nowrap transition " +
    "aria-disabled:cursor-not-allowed aria-disabled:opacity-50 max-sm:min-h-14 max-sm:min-w-0 max-sm:flex-col " +
    "max-sm:gap-0.5 max-sm:text-[0.6875rem] max-sm:-outline-offset-2! sm:min-h-11 sm:gap-2 sm:rounded-full sm:border " +
    `sm:text-sm ${isSmall ? "sm:size-11" : "sm:px-4"} ${colours}`
  );
}
