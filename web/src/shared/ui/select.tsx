/** A styled native select: phones and screen readers handle the system's list best. */
import type { ReactNode } from "react";
import { Icon } from "./icon";

type SelectProps<Value extends string> = {
  label: string;
  /** Shown before the value; on a phone it stands for the value. */
  icon?: ReactNode;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
};

export function Select<Value extends string>({ label, icon, value, options, onChange }: SelectProps<Value>) {
  return (
    <label
      className={`relative inline-flex min-h-11 items-center gap-1 rounded-full px-2 text-sm hover:bg-wash has-focus-visible:outline-2 has-focus-visible:outline-accent ${icon ? "max-sm:w-11 max-sm:justify-center" : ""}`}
    >
      <span className="sr-only">{label}</span>
      {icon}
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={`min-h-11 min-w-11 field-sizing-content cursor-pointer appearance-none bg-transparent focus-visible:outline-none ${icon ? "max-sm:absolute max-sm:inset-0 max-sm:field-sizing-fixed max-sm:w-11 max-sm:opacity-0" : ""}`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-surface text-ink">
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevron" className={`pointer-events-none size-4 ${icon ? "max-sm:hidden" : ""}`} />
    </label>
  );
}
