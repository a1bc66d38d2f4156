import { useMessages } from "@/shared/i18n/language";

/** Above the nearest results, where the shop does not seem to sell what the query shows. */
export function NothingVerySimilar() {
  const m = useMessages();
  return (
    <div role="status" data-no-match className="mb-1.5 rounded-xl bg-blush px-3 py-0.5 lg:mb-5 lg:px-4 lg:py-3">
      <p className="font-medium text-accent max-lg:text-sm">{m.common.nothingVerySimilar.title}</p>
      <p className="max-w-prose text-sm text-pretty max-lg:sr-only">{m.common.nothingVerySimilar.text}</p>
    </div>
  );
}
