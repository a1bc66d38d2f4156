import { Columns } from "./columns";
import type { FilterFields } from "./fields";
import type { Words } from "./word-queries";
import { WordResults } from "./word-results";

/** The search for words. */
export default function WordSearch({ words, filter }: { words: Words; filter: FilterFields }) {
  return <Columns results={<WordResults words={words} filter={filter} />} />;
}
