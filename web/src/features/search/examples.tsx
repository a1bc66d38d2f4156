/** Example photos, for people who have none at hand. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { ApiError, kindOf, unanswered } from "@/api/problems";
import type { Product } from "@/api/types";
import { titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";
import { usePhoto } from "@/shared/photo/photo";
import { Skeleton } from "@/shared/ui/skeleton";
import { showToast } from "@/shared/ui/toasts";
import { examples } from "./queries";

const SHOWN = 6;
const FRAME = "size-11 rounded-lg sm:size-12"; // square, as high as the row

type Photo = { readonly title: string; readonly image_url: string; readonly thumbnail?: string };

export function Examples({ onChosen }: { onChosen: () => void }) {
  const m = useMessages();
  const { data, isPending } = useQuery(examples);
  const shown =
    data && (data.photos.length > 0 ? data.photos : data.examples.map((item) => ofItem(item, m))).slice(0, SHOWN);
  if (!isPending && !shown?.length) return null;
  return (
    <section className="flex shrink-0 items-center gap-3" aria-label={m.search.target.examples}>
      <p className="shrink-0 text-sm text-muted">{m.search.target.examples}</p>
      <ul className="flex gap-1.5">
        {shown
          ? shown.map((example) => <Example key={example.image_url} example={example} onChosen={onChosen} />)
          : Array.from({ length: SHOWN }, (_, at) => String(at)).map((at) => (
              <li key={at}>
                <Skeleton className={FRAME} />
              </li>
            ))}
      </ul>
    </section>
  );
}

function ofItem(item: Product, m: Messages): Photo {
  return { title: titleOf(item, m), image_url: item.image_url, thumbnail: `${item.image_url}?w=160` };
}

function Example({ example, onChosen }: { example: Photo; onChosen: () => void }) {
  const m = useMessages();
  const { choosePhoto } = usePhoto();
  const { mutate, isPending } = useMutation({
    mutationFn: () => download(example),
    onSuccess: (photo) => {
      choosePhoto(photo);
      onChosen();
    },
    onError: (error) => showToast(m.common.problems[kindOf(error)].title),
  });
  return (
    <li>
      <button
        type="button"
        aria-label={m.search.target.example(example.title)}
        aria-busy={isPending}
        onClick={() => mutate()}
        className="block rounded-lg transition-opacity hover:opacity-80 aria-busy:animate-pulse"
      >
        <img
          src={example.thumbnail ?? example.image_url}
          alt=""
          width={160}
          height={200}
          className={`bg-frame object-cover ${FRAME}`}
        />
      </button>
    </li>
  );
}

/** The example's photo in full size, like a chosen file. */
async function download(example: Photo): Promise<Blob> {
  const response = await fetch(example.image_url).catch(() => {
    throw unanswered();
  });
  if (!response.ok) throw new ApiError("other", response.status);
  return response.blob();
}
