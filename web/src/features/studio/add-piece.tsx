/** Chooses the kind of piece to add; the item that goes best with the others is added at once. */

import { useQuery } from "@tanstack/react-query";
import { formatList } from "@/shared/format/lists";
import { categoryName } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Dialog } from "@/shared/ui/dialog";
import { Icon } from "@/shared/ui/icon";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { shopQuery } from "./queries";
import { useWardrobe } from "./with-wardrobe";

type AddPieceProps = {
  worn: readonly string[];
  isOpen: boolean;
  onClose: () => void;
  onAdd: (slots: readonly string[]) => void;
};

const CHOICE =
  "flex min-h-12 w-full items-center gap-3 rounded-lg border border-edge px-4 py-2 text-start hover:bg-wash";

export function AddPiece({ worn, isOpen, onClose, onAdd }: AddPieceProps) {
  const m = useMessages();
  const language = useLanguage();
  const { addableTo, missingFrom } = useWardrobe();
  const { data, error, isPending, refetch } = useQuery({ ...shopQuery, enabled: isOpen });
  const addable = addableTo(worn, data ?? []);
  const missing = missingFrom(worn).filter((category) => addable.includes(category));
  const namesOf = (categories: readonly string[]) =>
    formatList(
      categories.map((name) => categoryName(name, m)),
      language,
    );
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={m.studio.add.title}>
      {isPending && <Skeleton className="h-48 w-full" />}
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {data && addable.length === 0 && <p className="text-muted">{m.studio.add.nothing}</p>}
      <ul className="grid gap-2 sm:grid-cols-2">
        {missing.length > 1 && (
          <li className="sm:col-span-2">
            <button type="button" onClick={() => onAdd(missing)} className={`${CHOICE} bg-blush`}>
              <Icon name="hanger" className="size-5 text-accent" />
              <span>
                <span className="block font-medium">{m.studio.add.missing}</span>
                <span className="block text-sm text-muted">{m.studio.add.missingWhat(namesOf(missing))}</span>
              </span>
            </button>
          </li>
        )}
        {addable.map((category) => (
          <li key={category}>
            <button type="button" onClick={() => onAdd([category])} className={CHOICE}>
              <Icon name="plus" className="size-4.5 text-accent" />
              {categoryName(category, m)}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
