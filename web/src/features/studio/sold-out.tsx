/** How many pieces of an outfit the catalogue no longer has, as a row in the place of theirs. */
import { useMessages } from "@/shared/i18n/language";

export function SoldOut({ count }: { count: number }) {
  const m = useMessages();
  if (count === 0) return null;
  return (
    <li className="flex min-h-16 items-center border-b border-line py-2">
      <p role="status" className="w-full rounded-lg bg-blush px-4 py-2 text-accent">
        {m.studio.board.soldOut(count)}
      </p>
    </li>
  );
}
