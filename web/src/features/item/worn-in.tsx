/** The shop's looks in which an item is worn; nothing where there are none. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { WornLook } from "@/api/types";
import { formatList } from "@/shared/format/lists";
import { formatCount } from "@/shared/format/numbers";
import { titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { photoUrl } from "@/shared/ui/item-photo";
import { wornInQuery } from "./queries";
import { Section } from "./section";

const PICTURES = 4;

export function WornIn({ itemId }: { itemId: string }) {
  const m = useMessages();
  const { data } = useQuery(wornInQuery(itemId));
  const looks = data?.looks.filter((look) => look.items.length > 1) ?? [];
  if (looks.length === 0) return null;
  return (
    <Section title={m.item.wornIn}>
      <ul aria-label={m.item.wornIn} className="product-rail">
        {looks.map((look) => (
          <li key={look.look_id} className="min-w-0">
            <Look look={look} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Look({ look: { items, title } }: { look: WornLook }) {
  const m = useMessages();
  const language = useLanguage();
  return (
    <article className="group relative">
      <div className="grid grid-cols-2 gap-1 overflow-hidden rounded-lg">
        {items.slice(0, PICTURES).map((item) => (
          <img
            key={item.item_id}
            src={photoUrl(item, 0, 160)}
            alt=""
            width={160}
            height={200}
            loading="lazy"
            className="aspect-4/5 w-full bg-frame object-cover"
          />
        ))}
      </div>
      <h3 className="mt-2 truncate font-sans text-sm font-medium tracking-normal">
        <Link
          to="/look"
          search={{ item: items.map((item) => item.item_id) }}
          className="after:absolute after:inset-0 after:rounded-lg group-hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-accent"
        >
          {title ||
            formatList(
              items.map((item) => titleOf(item, m)),
              language,
            )}
        </Link>
      </h3>
      <p className="text-sm text-muted">{m.item.pieces(formatCount(items.length, language))}</p>
    </article>
  );
}
