/** How many pieces of an outfit the catalogue no longer has. */
import { useMessages } from "@/shared/i18n/language";

export function SoldOut({ count }: { count: number }) {
  const m = useMessages();
  if (count === 0) return null;
  return (
    <p role="status" className="mb-4 rounded-lg bg-blush px-4 py-3 text-accent">
      {m.studio.board.soldOut(count)}
    </p>
  );
}
