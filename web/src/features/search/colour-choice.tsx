/** How the colour of the query counts, where the served vectors have colour: like the query, any, or one to pick. */
import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import { useMessages } from "@/shared/i18n/language";
import { Select } from "@/shared/ui/select";
import type { SearchParams } from "./params";
import { useChangeParams, useParams } from "./use-params";

type Kind = "match" | "ignore" | "pick";
const FIRST_PICK = "#27365f";

export function ColourChoice() {
  const m = useMessages();
  const { tint } = useParams();
  const change = useChangeParams();
  const { data } = useQuery(infoQuery);
  if (data === undefined) return <div className="h-11 w-36" />; // its place
  if (!data.colour_search) return null;
  const kind = kindOf(tint);
  const tints: Record<Kind, string | undefined> = { match: undefined, ignore: "ignore", pick: FIRST_PICK };
  return (
    <div className="flex items-center gap-2">
      <Select<Kind>
        label={m.search.colour.label}
        value={kind}
        options={[
          { value: "match", label: m.search.colour.match },
          { value: "ignore", label: m.search.colour.ignore },
          { value: "pick", label: m.search.colour.pick },
        ]}
        onChange={(chosen) => change((old) => withChoice(old, tints[chosen]))}
      />
      {kind === "pick" && (
        <input
          key={tint}
          type="color"
          aria-label={m.search.colour.picked}
          defaultValue={tint}
          onBlur={(event) => change((old) => withChoice(old, event.target.value))}
          className="h-11 w-14 cursor-pointer rounded-lg border border-line bg-surface p-1"
        />
      )}
    </div>
  );
}

function kindOf(tint: string | undefined): Kind {
  return tint === undefined ? "match" : tint === "ignore" ? "ignore" : "pick";
}

function withChoice({ tint: _tint, ...others }: SearchParams, tint: string | undefined): SearchParams {
  return tint === undefined ? others : { ...others, tint };
}
