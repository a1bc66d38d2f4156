/** The results before and after a rule, side by side; what moved says from where, and why. */
import type { Product, RulesPreviewed } from "@/api/types";
import { formatCount } from "@/shared/format/numbers";
import { titleOf } from "@/shared/format/product";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { ItemPhoto } from "@/shared/ui/item-photo";

type Move = RulesPreviewed["moved"][number];

export function RulePreview({ found }: { found: RulesPreviewed }) {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  const moves = new Map(found.moved.map((move) => [move.item_id, move]));
  return (
    <div className="mt-8">
      <p role="status">{found.moved.length === 0 ? words.nothingMoves : words.moves(found.moved.length)}</p>
      <div className="mt-4 grid gap-6 md:grid-cols-2">
        <Side title={words.before} products={found.before} moves={moves} />
        <Side title={words.after} products={found.after} moves={moves} />
      </div>
    </div>
  );
}

function Side({ title, products, moves }: { title: string; products: Product[]; moves: Map<string, Move> }) {
  return (
    <section aria-label={title}>
      <h3 className="text-2xl">{title}</h3>
      <ol className="mt-3 grid grid-cols-3 gap-3 lg:grid-cols-4">
        {products.map((product) => (
          <li key={product.item_id} data-item-id={product.item_id}>
            <Result product={product} move={moves.get(product.item_id)} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Result({ product, move }: { product: Product; move: Move | undefined }) {
  const m = useAdminMessages();
  const why = useWhy();
  return (
    <div className={`rounded-lg p-1 text-sm ${move ? "bg-blush" : ""}`}>
      <ItemPhoto product={product} sizes="8rem" />
      <p aria-hidden="true" className="mt-1 line-clamp-2">
        {titleOf(product, m)}
      </p>
      {move && <p className="text-accent">{why(move)}</p>}
    </div>
  );
}

function useWhy() {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  const language = useLanguage();
  return ({ before, after, hidden, rules }: Move): string => {
    if (hidden) return words.isHidden;
    const place = (at: number | null) => (at === null ? words.beyond : formatCount(at, language));
    const moved = words.moved(place(before), place(after));
    return rules.length > 0 ? moved : `${moved} ${words.byOthers}`;
  };
}
