/** The map's items as a paged table, for people who cannot use the picture. */
import { Link } from "@tanstack/react-router";
import { ROOT_PATH } from "@/api/root-path";
import type { MapPoint } from "@/api/types";
import { formatCount } from "@/shared/format/numbers";
import { categoryName } from "@/shared/format/product";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { type Category, keyOf } from "./categories";

export const PAGE_ROWS = 50;

type TableProps = {
  points: readonly MapPoint[];
  categories: readonly Category[];
  shown: readonly string[];
  page: number;
  onPage: (page: number) => void;
};

export function Table({ points, categories, shown, page, onPage }: TableProps) {
  const m = useAdminMessages();
  const rows = rowsOf(points, categories, shown);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const current = Math.min(page, pages);
  return (
    <div>
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{m.map.table.caption}</caption>
        <thead>
          <tr className="border-b border-edge text-sm text-muted">
            <th scope="col" className="py-2 pr-4 font-medium">
              {m.map.table.item}
            </th>
            <th scope="col" className="py-2 pr-4 font-medium max-sm:sr-only">
              {m.map.table.category}
            </th>
            <th scope="col" className="py-2 font-medium">
              {m.map.table.place}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice((current - 1) * PAGE_ROWS, current * PAGE_ROWS).map((point) => (
            <Row key={point.item_id} point={point} />
          ))}
        </tbody>
      </table>
      <Pager page={current} pages={pages} onPage={onPage} />
    </div>
  );
}

function Row({ point }: { point: MapPoint }) {
  const m = useAdminMessages();
  const title = point.title || m.common.card.untitled;
  return (
    <tr className="border-b border-line">
      <th scope="row" className="py-1.5 pr-4 font-normal">
        <a
          href={`${ROOT_PATH}/item/${encodeURIComponent(point.item_id)}`}
          className="inline-flex min-h-11 items-center gap-3 hover:underline"
        >
          <img
            src={`${ROOT_PATH}/image/${encodeURIComponent(point.item_id)}?w=160`}
            alt=""
            width={36}
            height={45}
            loading="lazy"
            className="h-[45px] w-9 shrink-0 rounded bg-frame object-contain"
          />
          {title}
        </a>
      </th>
      <td className="py-1.5 pr-4 text-muted max-sm:sr-only">{categoryName(point.category, m)}</td>
      <td className="py-1.5">
        <Link
          to="/admin/map"
          search={{ item: point.item_id }}
          className="inline-flex min-h-11 items-center text-accent hover:underline"
          aria-label={m.map.table.showOf(title)}
        >
          {m.map.table.show}
        </Link>
      </td>
    </tr>
  );
}

function Pager({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  const m = useAdminMessages();
  const language = useLanguage();
  return (
    <nav aria-label={m.map.table.pages} className="mt-6 flex items-center justify-center gap-4">
      <Button variant="outline" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        {m.map.table.previous}
      </Button>
      <p className="tabular-nums" role="status">
        {m.map.table.page(formatCount(page, language), formatCount(pages, language))}
      </p>
      <Button variant="outline" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        {m.map.table.next}
      </Button>
    </nav>
  );
}

/** By category as in the legend, then by title. */
function rowsOf(
  points: readonly MapPoint[],
  categories: readonly Category[],
  shown: readonly string[],
): readonly MapPoint[] {
  const places = new Map(categories.map(({ key }, place) => [key, place]));
  const place = (point: MapPoint) => places.get(keyOf(point)) ?? 0;
  return points
    .filter((point) => shown.length === 0 || shown.includes(keyOf(point)))
    .sort((a, b) => place(a) - place(b) || a.title.localeCompare(b.title) || a.item_id.localeCompare(b.item_id));
}
