import { Icon } from "@/shared/ui/icon";

type FilterChipProps = { onRemove: () => void /** Says what is removed. */; name: string; children: string };

/** A condition that a press removes, as an entry of a list. */
export function FilterChip({ onRemove, name, children }: FilterChipProps) {
  return (
    <li>
      <button
        type="button"
        aria-label={name}
        onClick={onRemove}
        className="inline-flex min-h-11 items-center gap-2 rounded-full bg-blush pe-3 ps-4 text-sm font-medium text-accent hover:opacity-85"
      >
        {children}
        <Icon name="close" className="size-4" />
      </button>
    </li>
  );
}
