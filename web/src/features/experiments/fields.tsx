/** The fields of the form. */
import { useId } from "react";

const INPUT = "min-h-11 w-full rounded-lg border border-edge bg-surface px-3";

export function TextField({
  name,
  label,
  value = "",
  hint,
}: {
  name: string;
  label: string;
  value?: string;
  hint?: string;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        defaultValue={value}
        required
        maxLength={64}
        pattern="[a-z0-9][a-z0-9\-]*"
        autoComplete="off"
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={INPUT}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export function Choice<Value extends string>({
  name,
  label,
  options,
  words,
  onChange,
}: {
  name: string;
  label: string;
  options: readonly Value[];
  words: Readonly<Record<Value, string>>;
  onChange?: (value: Value) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <select
        id={id}
        name={name}
        className={INPUT}
        onChange={(event) => {
          const chosen = options.find((option) => option === event.target.value);
          if (chosen) onChange?.(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {words[option]}
          </option>
        ))}
      </select>
    </div>
  );
}
