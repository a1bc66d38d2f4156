/** The API keys without their tokens; on a phone the table scrolls sideways. */
import type { ApiKey } from "@/api/types";
import { formatDay, formatTime } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";

export function KeyTable({ keys }: { keys: readonly ApiKey[] }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const words = m.overview.keys;
  const time = (text: string | null) => (text ? formatTime(text, language) : words.never);
  const headings = [words.name, words.scope, words.ending, words.created, words.expires, words.used];
  return (
    <div>
      <h2 id="keys" className="text-3xl">
        {words.title}
      </h2>
      <p className="mt-1 text-sm text-muted">{words.change}</p>
      <section
        aria-labelledby="keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="mt-4 overflow-x-auto rounded-lg border border-line bg-surface"
      >
        <table className="w-full border-collapse text-start text-sm whitespace-nowrap">
          <thead>
            <tr className="border-b border-edge text-muted">
              {headings.map((heading) => (
                <th key={heading} scope="col" className="px-4 py-2.5 font-medium">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.name} className="border-b border-line last:border-0">
                <th scope="row" className="px-4 py-2 font-medium">
                  {key.name}
                </th>
                <td className="px-4 py-2">{key.scope}</td>
                <td className="px-4 py-2 font-mono">{key.last_four}</td>
                <td className="px-4 py-2">{time(key.created)}</td>
                <td className="px-4 py-2">{time(key.expires)}</td>
                <td className="px-4 py-2">{key.last_used ? formatDay(key.last_used, language) : words.never}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
