/** The field for the name of the look. */
import { useMessages } from "@/shared/i18n/language";
import { MOST_NAME_CHARS } from "./name";
import type { LookName } from "./use-look-name";

export const FIELD = "min-h-11 w-full rounded-lg border border-edge bg-paper px-3";

export function LookNameField({ name }: { name: LookName }) {
  const m = useMessages();
  return (
    <label className="flex flex-col gap-1 text-sm">
      <span className="font-medium">{m.studio.saved.nameOfLook}</span>
      <input
        value={name.written}
        maxLength={MOST_NAME_CHARS}
        placeholder={m.studio.saved.example}
        autoComplete="off"
        enterKeyHint="done"
        onChange={(event) => name.write(event.target.value)}
        onBlur={name.keep}
        onKeyDown={(event) => event.key === "Enter" && name.keep()}
        className={`${FIELD} text-base`}
      />
    </label>
  );
}
