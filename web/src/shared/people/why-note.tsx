/** Why a personal ranking moved a product, in one sentence. */
import { useQueries } from "@tanstack/react-query";
import { itemQuery } from "@/api/queries";
import type { Why } from "@/api/types";
import { formatList } from "@/shared/format/lists";
import { titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { usePeopleMessages } from "@/shared/i18n/people";

/** The first reason is the most telling one; one without the products that it is about says nothing yet. */
export default function WhyNote({ why }: { why: readonly Why[] }) {
  const { why: words } = usePeopleMessages();
  const m = useMessages();
  const language = useLanguage();
  const first = why[0];
  const asked = useQueries({ queries: (first?.item_ids ?? []).map(itemQuery) });
  const titles = asked.flatMap(({ data }) => (data ? [titleOf(data, m)] : []));
  if (!first || (titles.length === 0 && first.code !== "popular")) return null;
  return (
    <p data-why={first.code} className="line-clamp-2 text-muted">
      {first.code === "popular" ? words.popular : words[first.code]?.(formatList(titles, language))}
    </p>
  );
}
