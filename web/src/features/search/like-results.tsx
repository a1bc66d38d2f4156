/** Items like an item; with words, such as "but red", those that differ from it as these say. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { itemQuery } from "@/api/queries";
import { titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { ColourChoice } from "./colour-choice";
import { type FilterFields, withTint } from "./fields";
import { Notices } from "./notices";
import { likeSearch } from "./queries";
import { RankedResults } from "./ranked-results";
import { Refine } from "./refine";
import { ResultOrder } from "./result-order";
import { Understood } from "./understood";
import { useParams } from "./use-params";
import { wordSearch } from "./word-queries";

export function LikeResults({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  const { tint, text, literal } = useParams();
  const wanted = withTint(filter, tint);
  if (text === undefined) return <Alike itemId={itemId} filter={wanted} />;
  return <Changed itemId={itemId} text={text} literal={literal} filter={wanted} />;
}

function Alike({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  const { sort } = useParams();
  const query = useInfiniteQuery({
    ...likeSearch(itemId, filter, sort),
    placeholderData: (old, oldQuery) => (oldQuery?.queryKey[2] === itemId ? old : undefined),
  });
  return <RankedResults title={useTitle(itemId)} query={query} choice={<Choice />} />;
}

type ChangedProps = { itemId: string; text: string; literal: string[] | undefined; filter: FilterFields };

function Changed({ itemId, text, literal, filter }: ChangedProps) {
  const { sort } = useParams();
  const query = useInfiniteQuery({
    ...wordSearch({ text, literal, like: itemId }, filter, sort),
    placeholderData: (old, oldQuery) => (oldQuery?.queryKey[2] === itemId ? old : undefined),
  });
  const choice = (
    <>
      <Choice />
      <Understood answer={query.data?.pages[0]} literal={literal} />
    </>
  );
  const said = <Notices answer={query.data?.pages[0]} />;
  return <RankedResults title={useTitle(itemId)} query={query} choice={choice} said={said} />;
}

function Choice() {
  return (
    <>
      <ResultOrder total={undefined} />
      <Refine />
      <ColourChoice />
    </>
  );
}

function useTitle(itemId: string): string {
  const m = useMessages();
  const item = useQuery(itemQuery(itemId));
  return item.data ? m.search.results.likeItem(titleOf(item.data, m)) : m.common.card.moreLike;
}
