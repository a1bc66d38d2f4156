import { useMessages } from "@/shared/i18n/language";

/** Above the nearest results, where the shop does not seem to sell what the query shows. */
export function NothingVerySimilar() {
  const m = useMessages();
  return (
    <div role="status" data-no-match className="mb-5 rounded-xl bg-blush px-4 py-3">
      <p className="font-medium text-accent">{m.common.nothingVerySimilar.title}</p>
      <p className="max-w-prose text-sm text-pretty">{m.common.nothingVerySimilar.text}</p>
    </div>
  );
}
