/** Buttons; `buttonClass` makes a link look like one. */
import type { ComponentProps } from "react";

const VARIANTS = {
  solid: "bg-ink text-paper hover:opacity-85",
  accent: "bg-accent text-on-accent hover:opacity-90",
  outline: "border border-edge hover:bg-wash",
  quiet: "hover:bg-wash",
} as const;
const SIZES = {
  md: "min-h-11 px-5 text-[0.9375rem]",
  sm: "min-h-11 px-4 text-sm",
  icon: "size-11 shrink-0",
} as const;

export type ButtonLook = { variant?: keyof typeof VARIANTS; size?: keyof typeof SIZES };

export function buttonClass({ variant = "solid", size = "md" }: ButtonLook = {}): string {
  return (
    "inline-flex max-w-full items-center justify-center gap-2 rounded-full py-1 text-center font-medium leading-tight transition " +
    `disabled:opacity-50 ${VARIANTS[variant]} ${SIZES[size]}`
  );
}

export function Button({ variant, size, className = "", ...rest }: ComponentProps<"button"> & ButtonLook) {
  const look = { ...(variant && { variant }), ...(size && { size }) };
  return <button type="button" className={`${buttonClass(look)} ${className}`} {...rest} />;
}
