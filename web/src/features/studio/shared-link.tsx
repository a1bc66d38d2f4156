/** The link that was shared, to copy it by hand. */
import { useMessages } from "@/shared/i18n/language";
import { FIELD } from "./look-name";

export function SharedLink({ link, hasPhoto }: { link: string; hasPhoto: boolean }) {
  const m = useMessages();
  return (
    <div className="flex flex-col gap-2 print:hidden">
      <label className="flex flex-col gap-1 text-sm">
        <span className="font-medium">{m.studio.share.link}</span>
        <input
          readOnly
          value={link}
          onFocus={(event) => event.target.select()}
          className={`${FIELD} font-mono text-xs`}
        />
      </label>
      <p className="text-sm text-pretty text-muted">
        {hasPhoto ? m.studio.share.withoutPhoto : m.studio.share.onlyItems}
      </p>
    </div>
  );
}
