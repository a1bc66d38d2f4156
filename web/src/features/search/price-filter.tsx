import { useId, useState } from "react";
import type { FacetCounts } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { PriceHistogram } from "./price-histogram";
import { useChangeParams, useParams } from "./use-params";

/** A lowest and a highest price in one currency, with what there is whatever its bounds. */
export function PriceFilter({ facets }: { facets: FacetCounts | undefined }) {
  const m = useMessages();
  const t = m.search.filters;
  const change = useChangeParams();
  const { price_min, price_max, currency } = useParams();
  const hasCurrencies = Object.keys(facets?.currencies ?? {}).length > 1 || currency !== undefined;
  const isBounded = price_min !== undefined || price_max !== undefined;
  const [isWrong, setWrong] = useState(false);
  const wrongId = useId();

  function apply(form: FormData): void {
    const [from, to] = [amount(form.get("from")), amount(form.get("to"))];
    const isReversed = from !== undefined && to !== undefined && from > to;
    setWrong(isReversed);
    if (isReversed) return;
    change(({ price_min: _min, price_max: _max, ...rest }) => ({
      ...rest,
      ...(from !== undefined && { price_min: from }),
      ...(to !== undefined && { price_max: to }),
    }));
  }

  if (facets && facets.price_max === null && !isBounded) return null; // nothing has a price
  return (
    <form
      className="py-3"
      onSubmit={(event) => {
        event.preventDefault();
        apply(new FormData(event.currentTarget));
      }}
    >
      <fieldset>
        <legend className="flex min-h-9 items-center gap-1.5 font-medium">
          {t.price}
          {hasCurrencies && " "}
          {hasCurrencies && <span className="text-sm text-muted">{facets?.price_currency}</span>}
        </legend>
        {facets && (
          <PriceHistogram
            buckets={facets.price_histogram}
            currency={facets.price_currency}
            from={price_min ?? 0}
            to={price_max ?? Infinity}
          />
        )}
        <div className="flex items-center gap-2">
          <Amount key={`from${price_min}`} name="from" label={t.from} value={price_min} hint={facets?.price_min} />
          <span aria-hidden="true">–</span>
          <Amount key={`to${price_max}`} name="to" label={t.to} value={price_max} hint={facets?.price_max} />
          <Button
            type="submit"
            variant="outline"
            size="icon"
            aria-label={t.applyPrice}
            aria-describedby={isWrong ? wrongId : undefined}
          >
            <Icon name="check" />
          </Button>
        </div>
        {isWrong && (
          <p id={wrongId} role="alert" className="mt-1 text-sm text-accent">
            {t.priceWrong}
          </p>
        )}
      </fieldset>
    </form>
  );
}

type AmountProps = { name: string; label: string; value: number | undefined; hint: number | null | undefined };

function Amount({ name, label, value, hint }: AmountProps) {
  const m = useMessages();
  return (
    <input
      name={name}
      type="number"
      inputMode="decimal"
      min={0}
      step="any"
      defaultValue={value}
      placeholder={hint == null ? label : String(name === "from" ? Math.floor(hint) : Math.ceil(hint))}
      aria-label={`${m.search.filters.price} ${label}`}
      className="min-h-11 w-full min-w-0 rounded-full border border-edge bg-surface px-4 text-[0.9375rem] placeholder:text-muted"
    />
  );
}

function amount(text: FormDataEntryValue | null): number | undefined {
  const price = Number(text);
  return text === null || text === "" || !Number.isFinite(price) || price < 0 ? undefined : price;
}
