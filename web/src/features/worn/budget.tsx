/** What the cart may cost. */
import { useNavigate } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";

type BudgetProps = { budget: number | undefined; currency: string | undefined };

export function Budget({ budget, currency }: BudgetProps) {
  const m = useMessages();
  const navigate = useNavigate();
  return (
    <form
      className="mt-6 flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = Number(new FormData(event.currentTarget).get("budget"));
        const search = wanted > 0 ? { budget: wanted } : {};
        void navigate({ to: "/shop-the-look", search, resetScroll: false });
      }}
    >
      <label className="flex min-w-36 grow flex-col gap-1 text-sm">
        {currency ? m.worn.budgetIn(currency) : m.worn.budget}
        <input
          name="budget"
          type="number"
          inputMode="decimal"
          min={0}
          max={1_000_000}
          step="any"
          defaultValue={budget}
          placeholder={m.worn.noBudget}
          className="min-h-11 w-full rounded-full border border-edge bg-surface px-4 text-base placeholder:text-muted"
        />
      </label>
      <Button type="submit" variant="outline">
        {m.worn.applyBudget}
      </Button>
    </form>
  );
}
