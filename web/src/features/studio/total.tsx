/** What all pieces cost together; nothing where a price is missing. */
import { formatPrice } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { type Piece, totalOf } from "./pieces";

export function Total({ pieces, isWaiting }: { pieces: readonly Piece[]; isWaiting: boolean }) {
  const m = useMessages();
  const language = useLanguage();
  const hasPhoto = pieces.some(({ kind }) => kind === "photo");
  const total = totalOf(pieces.flatMap((piece) => (piece.kind === "item" ? piece.product : [])));
  if (isWaiting) return <div className="h-11" />;
  if (total === undefined) return null;
  return (
    <p className="flex min-h-11 items-center justify-between gap-3 font-medium">
      <span>{hasPhoto ? m.studio.score.totalNoPhoto : m.studio.score.total}</span>
      <span className="tabular-nums">{formatPrice(total.price, total.currency, language)}</span>
    </p>
  );
}
