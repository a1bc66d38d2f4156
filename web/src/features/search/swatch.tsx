import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { Info } from "@/api/types";

/** The colour that a value of a colour filter names, by its code or its name; nothing where the table has none. */
export function Swatch({ value }: { value: string }) {
  const { data } = useQuery(infoQuery);
  const shade = data && shadeOf(value, data.colours);
  if (shade === undefined) return null;
  return (
    <span
      aria-hidden="true"
      className="size-5 shrink-0 rounded-full border border-edge"
      style={{ backgroundColor: shade }}
    />
  );
}

function shadeOf(value: string, colours: Info["colours"]): string | undefined {
  const name = value.toLowerCase();
  return colours.find(({ code, en, de }) => [code, en, de].some((one) => one.toLowerCase() === name))?.shades[0];
}
