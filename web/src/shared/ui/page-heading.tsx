/** The page's only h1, and the tab's title. */
import { useMessages } from "@/shared/i18n/language";

export function PageHeading({ title, intro, tab = title }: { title: string; intro?: string; tab?: string }) {
  const m = useMessages();
  return (
    <div>
      <title>{`${tab} · ${m.common.brand}`}</title>
      <h1 className="text-[clamp(2.25rem,6vw,3.75rem)]">{title}</h1>
      {intro && <p className="mt-3 max-w-prose text-pretty text-muted sm:text-lg">{intro}</p>}
    </div>
  );
}
