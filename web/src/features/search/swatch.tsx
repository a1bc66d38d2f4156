import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { Info } from "@/api/types";

/** The colour that a value of a colour filter names, by its code or its name; an empty place where no table has it. */
export function Swatch({ value }: { value: string }) {
  const { data } = useQuery(infoQuery);
  const shade = data && shadeOf(value, data);
  if (shade === undefined) return <span aria-hidden="true" className="size-5 shrink-0" />;
  return (
    <span
      aria-hidden="true"
      className="size-5 shrink-0 rounded-full border border-edge"
      style={{ backgroundColor: shade }}
    />
  );
}

function shadeOf(value: string, { colours, values = [] }: Info): string | undefined {
  const name = value.toLowerCase();
  const isIt = (names: readonly string[]) => names.some((one) => one.toLowerCase() === name);
  const coded = colours.find(({ code, en, de }) => isIt([code, en, de]))?.shades[0];
  return coded ?? values.find((one) => one.shade !== "" && isIt([one.value, one.de]))?.shade;
}
